// Before the first paint: the theme that was chosen in the console, or the system's.
(() => {
  let chosen = "auto";
  try {
    chosen = JSON.parse(localStorage.getItem("adminTheme")) ?? "auto";
  } catch {
    // a value of somebody else's: the system decides
  }
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
  document.documentElement.classList.toggle("light", chosen === "light");
})();
