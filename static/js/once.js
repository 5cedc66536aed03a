// A form is sent once: a second click while the first is on its way does nothing.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  const mark = (busy) => {
    sent = busy;
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      if (busy) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else mark(true);
  });
  // Coming back with the back button finds the form ready again.
  addEventListener("pageshow", () => mark(false));
}
