// Finds a QR code in a picture: the browser's own detector, else the vendored WebAssembly one, else
// jsQR where WebAssembly is refused. What is not needed is not loaded.
const load = (src) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${src}`));
    document.head.append(script);
  });

const pixels = (source, size) => {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, size.width, size.height);
  return context.getImageData(0, 0, size.width, size.height);
};

const sizeOf = (source) => ({
  width: source.videoWidth || source.width,
  height: source.videoHeight || source.height,
});

const withDetector = (detector) => async (source) => (await detector.detect(source))[0]?.rawValue || null;

async function native() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  return formats.includes("qr_code") ? withDetector(new BarcodeDetector({ formats: ["qr_code"] })) : null;
}

async function vendored({ detector, wasm }) {
  await load(detector);
  const { BarcodeDetector: Detector, prepareZXingModule } = globalThis.BarcodeDetectionAPI;
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return withDetector(new Detector({ formats: ["qr_code"] }));
}

async function plain({ fallback }) {
  await load(fallback);
  return async (source) => {
    const { data, width, height } = pixels(source, sizeOf(source));
    return globalThis.jsQR(data, width, height)?.data || null;
  };
}

// A function from a video, image bitmap or canvas to the text of its code, or null.
export async function makeReader(urls) {
  for (const kind of [native, vendored, plain]) {
    try {
      const reader = await kind(urls);
      if (reader) return reader;
    } catch (error) {
      console.warn("no reader of this kind here:", error.message);
    }
  }
  throw new Error("no reader of codes");
}

const PHOTO_PIXELS = [1600, 800];

// Big photos are read small first enough to be quick, then smaller: either may be the sharper one.
export async function readPhoto(file, read) {
  const whole = await createImageBitmap(file);
  for (const most of PHOTO_PIXELS) {
    const scale = Math.min(1, most / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(whole.width * scale);
    canvas.height = Math.round(whole.height * scale);
    canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
    const code = await read(canvas);
    if (code) return code;
  }
  return null;
}
