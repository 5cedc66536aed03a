// The theme opens its filters by a link that leads nowhere, which no keyboard reaches.
for (const link of document.querySelectorAll("a:not([href])")) {
  if (link.getAttribute("x-on:click")?.includes("filterOpen = true")) {
    link.setAttribute("href", "#changelist-filter");
    link.setAttribute("role", "button");
  }
}
