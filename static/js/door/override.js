// The sheet where a supervisor lets somebody in all the same, and what a wrong PIN says.
import { fault, open } from "./screens.js";
import { Locked, Retired, WrongPin } from "./supervisors.js";
import { $, fill, words } from "./words.js";

export function offerSupervisors(select, supervisors, more = []) {
  select.replaceChildren(...[...supervisors, ...more].map(({ id, name }) => new Option(name, id)));
}

// What went wrong with a PIN, in words; anything else is thrown on.
export function pinTrouble(trouble) {
  if (trouble instanceof WrongPin) return fill(words.wrong_pin, trouble);
  if (trouble instanceof Retired) return words.retired;
  if (!(trouble instanceof Locked)) throw trouble;
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23" }).format(trouble.until);
  return fill(words.locked, { time });
}

// parts: {page, desk, supervisors}
export function overrideSheet({ page, desk, supervisors }) {
  const sheet = $("#supervisor");
  const form = $("#supervisor-form");
  const error = $("#supervisor-error");
  let refused = null;
  let busy = false;
  $("#verdict [data-supervisor]").addEventListener("click", () => {
    refused = page.refused;
    if (!refused) return;
    const { answer } = refused;
    const reason = words.reasons[answer.reason] ?? "";
    $("#supervisor-about").textContent = fill(words.about, { name: answer.ticket?.holder || words.verdicts[answer.verdict], reason });
    offerSupervisors(form.elements.who, supervisors.all);
    fault(error, "");
    open("supervisor");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const { who, pin, words: why } = form.elements;
    const supervisor = Number(who.value);
    const typed = pin.value;
    pin.value = ""; // at once: what is typed next is the next try
    try {
      const { entry } = refused;
      const vouched = await supervisors.vouch(supervisor, typed, { of: entry.id, ticket: entry.ticket });
      const written = await desk.overrule(entry, { ...vouched, words: why.value.trim() });
      sheet.close();
      why.value = "";
      page.overruled(written, who.selectedOptions[0].text);
    } catch (trouble) {
      if (trouble instanceof WrongPin) await desk.wrongPin(supervisor);
      fault(error, pinTrouble(trouble));
    } finally {
      busy = false;
    }
  });
}
