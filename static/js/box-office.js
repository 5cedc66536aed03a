// The counter: says when there is no network, and prints. Everything else is plain forms.
const banner = document.querySelector("#offline");

const show = () => {
  banner.hidden = navigator.onLine;
};
addEventListener("online", show);
addEventListener("offline", show);
show();

// Before once.js marks it as sent.
document.addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    banner.scrollIntoView();
  },
  { capture: true },
);

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
