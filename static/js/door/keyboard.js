// A scanner that types like a keyboard: letters faster than fingers on the whole, then Enter.
const BETWEEN_MS = 60; // on average
const PAUSE_MS = 1_000;
const LENGTH_MIN = 8;

const isField = (target) => target instanceof Element && target.matches("input, textarea, select");

// may(): whether the page takes codes now; asked at the end of a code, so that none is taken by halves · found(text)
export function listen(may, found) {
  let typed = "";
  let began = 0;
  let last = -Infinity;
  addEventListener(
    "keydown",
    (event) => {
      if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - last > PAUSE_MS) typed = "";
      last = event.timeStamp;
      if (event.key === "Enter") {
        const quick = (event.timeStamp - began) / typed.length < BETWEEN_MS;
        if (typed.length >= LENGTH_MIN && quick) {
          event.preventDefault(); // a key that has the focus is not meant
          event.stopPropagation();
          if (may()) found(typed);
        }
        typed = "";
      } else if (event.key.length === 1) {
        if (!typed) began = event.timeStamp;
        typed += event.key;
      }
    },
    { capture: true },
  );
}
