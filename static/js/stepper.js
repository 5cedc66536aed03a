// Puts a minus and a plus beside a select of numbers. The select stays the control that is sent.
for (const box of document.querySelectorAll(".stepper")) {
  const select = box.querySelector("select");
  const button = (sign, label, step) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => {
      select.selectedIndex += step;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return made;
  };
  const less = button("−", box.dataset.less, -1);
  const more = button("+", box.dataset.more, 1);
  const show = () => {
    less.disabled = select.selectedIndex <= 0;
    more.disabled = select.selectedIndex >= select.length - 1;
    box.toggleAttribute("data-some", select.selectedIndex > 0);
  };

  select.before(less);
  select.after(more);
  box.toggleAttribute("data-on", true);
  select.addEventListener("change", show);
  // The browser puts old choices back after this script ran.
  addEventListener("pageshow", show);
  show();
}
