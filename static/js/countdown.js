// Counts down what the server said is left, says it aloud at five minutes and at one, and reloads
// at the end so that the server can say what is true. The server's clock counts, not the phone's.
const start = (box) => {
  const total = Number(box.dataset.countdown);
  const end = performance.now() + total * 1000;
  const clock = box.querySelector(".clock");
  const aloud = box.querySelector("[role=status]");
  const full = Math.max(total, 15 * 60);
  let said = total;

  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    box.style.setProperty("--part", `${(100 * left) / full}%`);
    box.toggleAttribute("data-low", left <= 60);
    if (left <= 300 && said > 300) aloud.textContent = aloud.dataset.five;
    if (left <= 60 && said > 60) aloud.textContent = aloud.dataset.one;
    said = left;
    if (left > 0 && box.isConnected) return;
    clearInterval(timer);
    if (!box.isConnected) return;
    aloud.textContent = aloud.dataset.over;
    if (total > 0) setTimeout(() => location.reload(), 1500);
  };

  const timer = setInterval(tick, 1000);
  tick();
};

const startIn = (part) => part.querySelectorAll("[data-countdown]").forEach(start);

startIn(document);
// A part of the page that htmx put in later.
document.addEventListener("htmx:afterSettle", (event) => startIn(event.target));
