// The camera of the phone, its light, and a steady look at what it sees.
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };
const LOOK_EVERY_MS = 80;

export class Camera {
  #video;
  #lost;
  #stream = null;
  #timer = 0;

  // lost(): it was on and is gone, taken by another program or broken.
  constructor(video, lost = () => {}) {
    this.#video = video;
    this.#lost = lost;
  }

  get on() {
    return this.#stream !== null;
  }

  // facing: environment, or user for the one on the front. Rejects when there is no camera or it is not allowed.
  async start(facing = "environment") {
    if (this.on) return;
    if (!navigator.mediaDevices?.getUserMedia) throw new Error("no camera on this page");
    this.#stream = await navigator.mediaDevices.getUserMedia({
      video: { ...WANTED, facingMode: { ideal: facing } },
      audio: false,
    });
    this.#track.addEventListener("ended", () => {
      this.stop();
      this.#lost();
    });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  stop() {
    clearTimeout(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }

  get hasLight() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async light(on) {
    await this.#track.applyConstraints({ advanced: [{ torch: on }] });
  }

  // Calls found(text) for every code seen, as long as the camera is on and may() allows a look.
  watch(read, may, found) {
    const look = async () => {
      if (!this.on) return;
      if (may() && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        const text = await read(this.#video).catch(() => null);
        if (text && this.on && may()) found(text);
      }
      this.#timer = setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }
}
