// Sums the selection in the bar at the bottom. Only for the eye: the server computes the price again.
const form = document.querySelector("[data-selection]");
const bar = document.querySelector("[data-bar]");

if (form && bar) {
  const { currency, digits } = form.dataset;
  // As the server writes prices: in the language, not in a country's way.
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  const what = bar.querySelector(".what");
  const total = bar.querySelector(".total");

  const show = () => {
    let heads = 0;
    let minor = 0;
    for (const select of form.querySelectorAll("select[data-price]")) {
      heads += Number(select.value);
      minor += Number(select.value) * Number(select.dataset.price);
    }
    const words = heads === 1 ? bar.dataset.one : bar.dataset.many.replace("%s", heads);
    what.textContent = heads ? words : bar.dataset.none;
    total.textContent = heads ? money.format(minor / 10 ** Number(digits)) : "";
    total.hidden = !heads;
  };

  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}
