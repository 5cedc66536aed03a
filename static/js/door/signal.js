// A verdict is heard and felt as well: each kind has a sound and a buzz of its own.
const SOUNDS = {
  // [hertz, start, seconds, shape]
  yes: [[880, 0, 0.09, "sine"], [1320, 0.09, 0.16, "sine"]],
  new: [[880, 0, 0.09, "sine"], [660, 0.12, 0.2, "sine"]],
  out: [[1320, 0, 0.09, "sine"], [880, 0.09, 0.16, "sine"]],
  twice: [[520, 0, 0.14, "triangle"], [520, 0.2, 0.14, "triangle"], [520, 0.4, 0.14, "triangle"]],
  no: [[160, 0, 0.55, "sawtooth"]],
  none: [[330, 0, 0.12, "triangle"]],
};
const BUZZES = { yes: [60], new: [60, 60, 60], out: [60], twice: [90, 70, 90, 70, 90], no: [450], none: [30, 60, 30] };

let audio = null;

// Browsers allow sound only after a touch.
export function allowSound() {
  audio ??= "AudioContext" in window ? new AudioContext() : null;
  audio?.resume();
}

export function signal(kind) {
  // Before the first touch a browser neither buzzes nor sounds.
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(BUZZES[kind]);
  if (audio?.state !== "running") return;
  for (const [hertz, start, seconds, shape] of SOUNDS[kind]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + start;
    tone.type = shape;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.4, at);
    volume.gain.setTargetAtTime(0, at + seconds * 0.7, seconds * 0.1);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}
