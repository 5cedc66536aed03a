// The start PIN on screen: asked for at a start, or chosen when the organizer wants one.
import { choose, open, Wiped, WrongPin } from "./pin.js";
import { fault, show } from "./screens.js";
import { $, fill, words } from "./words.js";

// forgot(): what can be done about a PIN nobody knows.
function ask(title, why, tryPin, forgot = null) {
  const form = $("#unlock-form");
  $("#unlock-title").textContent = title;
  $("#unlock-why").textContent = why;
  fault($("#unlock-error"), "");
  $("#unlock-forgot").hidden = !forgot;
  $("#unlock-forgot").onclick = forgot;
  show("unlock");
  form.elements.pin.focus();
  return new Promise((resolve, reject) => {
    let busy = false;
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const pin = form.elements.pin.value;
      form.elements.pin.value = "";
      try {
        resolve(await tryPin(pin));
      } catch (trouble) {
        if (trouble instanceof WrongPin) fault($("#unlock-error"), fill(words.wrong_pin, trouble));
        else reject(trouble);
      } finally {
        busy = false;
      }
    };
  });
}

// The key of the tickets; rejects with Wiped after the last wrong PIN.
export const unlocked = (phoneKey, forgot) =>
  ask(words.unlock, words.unlock_why, (pin) => open(pin, phoneKey), forgot);

export const chosen = (phoneKey, tickets) =>
  ask(words.choose_pin, words.choose_pin_why, (pin) => choose(pin, phoneKey, tickets));

export { Wiped };
