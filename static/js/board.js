// The board by itself: pushed by the stream, asked for where no stream comes, and always with its age.
const box = document.querySelector("#numbers");
const fresh = document.querySelector("#fresh");
const aloud = document.querySelector("#aloud");

const SILENT = 12_000; // the stream says something every 5 s
const ASK_EVERY = 10_000;
const COME_BACK = 30_000; // to a stream that refused us

let age = Number(box.dataset.age);
let heard = performance.now();
let pushed = false;
let stream = null;
let asked = -Infinity;
let refused = -Infinity;

const isOld = () => performance.now() - heard > SILENT;

function showAge() {
  const seconds = Math.round((age + performance.now() - heard) / 1000);
  const live = pushed && !isOld();
  const words = fresh.dataset;
  const span = seconds < 120 ? words.seconds.replace("{n}", seconds) : words.minutes.replace("{n}", Math.round(seconds / 60));
  fresh.dataset.is = live ? "live" : "old";
  fresh.textContent = live ? words.live : words.old.replace("{age}", span);
  fresh.title = live ? "" : words.asking;
}

// Only the parts that changed: what somebody reads, marks or has focused elsewhere stays.
function show(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const parts = [...made.content.children];
  const there = new Map([...box.children].map((part) => [part.dataset.part, part]));
  if (parts.length !== there.size || !parts.every((part) => there.has(part.dataset.part))) {
    box.replaceChildren(made.content);
    return;
  }
  for (const part of parts) {
    const old = there.get(part.dataset.part);
    if (old.isEqualNode(part)) continue;
    const news = part.dataset.aloud ?? "";
    if (news && news !== old.dataset.aloud) aloud.textContent = news;
    old.replaceWith(part);
  }
}

function take(said) {
  if (said.html) show(said.html);
  age = said.age;
  heard = performance.now();
  showAge();
}

function listen() {
  stream = new EventSource(box.dataset.stream);
  const told = (event) => {
    pushed = true;
    take(JSON.parse(event.data));
  };
  stream.addEventListener("board", told);
  stream.addEventListener("still", told);
  stream.addEventListener("over", () => location.reload());
  stream.addEventListener("error", () => {
    // A dropped connection is tried again by the browser itself; an answer that is no stream is not.
    if (stream.readyState === EventSource.CLOSED) refused = performance.now();
    pushed = false;
  });
}

async function ask() {
  asked = performance.now();
  const answer = await fetch(box.dataset.numbers, { redirect: "error" }).catch(() => null);
  if (answer?.ok) take(await answer.json());
  else if (answer?.status === 403) location.reload();
}

function tick() {
  showAge();
  if (document.hidden) return;
  const now = performance.now();
  if (stream?.readyState === EventSource.CLOSED && now - refused > COME_BACK) listen();
  if (!pushed && isOld() && now - asked > ASK_EVERY) ask();
}

// A page nobody looks at holds no stream.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
    pushed = false;
  } else if (!stream) listen();
});

fresh.textContent = "";
if (!document.hidden) listen();
setInterval(tick, 1000);
tick();
