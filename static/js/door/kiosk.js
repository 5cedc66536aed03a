// Self check-in: guests hold their ticket before the front camera; only a PIN brings the staff's keys back.
import { stayAwake } from "./awake.js";
import { fault } from "./screens.js";
import { WrongPin as WrongStartPin, Wiped } from "./pin.js";
import { WrongPin } from "./supervisors.js";
import { offerSupervisors, pinTrouble } from "./override.js";
import { $, fill, words } from "./words.js";

const OWN = "own"; // the PIN this phone starts with

// parts: {phone, page, desk, supervisors, ownPin, wiped()}; ownPin(typed) checks it; none where there is none
export function kiosk({ phone, page, desk, supervisors, ownPin = null, wiped }) {
  const form = $("#leave-form");
  const error = $("#leave-error");
  const dress = () => {
    document.documentElement.toggleAttribute("data-kiosk", phone.stand.kiosk);
    if (phone.stand.kiosk) stayAwake(); // also one with a scanner and no camera
  };

  const choices = () => (ownPin ? [{ id: OWN, name: words.this_phone }] : []);

  $("#more").addEventListener("opening", () => {
    const can = supervisors.all.length + choices().length > 0;
    $("#kiosk-start").disabled = !can;
    fault($("#kiosk-why"), can ? "" : words.kiosk_needs_pin);
  });

  $("#kiosk-start").addEventListener("click", async () => {
    await phone.standAt({ kiosk: true });
    $("#more").close();
    dress();
    await document.documentElement.requestFullscreen?.().catch(() => {}); // nicer, no more
    await page.eye.turn();
    if (!page.eye.on) await page.eye.start();
  });

  $("#leave").addEventListener("opening", () => {
    offerSupervisors(form.elements.who, supervisors.all, choices());
    fault(error, "");
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { who, pin } = form.elements;
    const typed = pin.value;
    pin.value = "";
    try {
      if (who.value === OWN) await ownPin(typed);
      else await supervisors.check(Number(who.value), typed);
    } catch (trouble) {
      if (trouble instanceof Wiped) return wiped();
      if (trouble instanceof WrongPin) await desk.wrongPin(Number(who.value));
      fault(error, trouble instanceof WrongStartPin ? fill(words.wrong_pin, trouble) : pinTrouble(trouble));
      return;
    }
    await phone.standAt({ kiosk: false });
    $("#leave").close();
    dress();
    if (document.fullscreenElement) await document.exitFullscreen();
    await page.eye.turn();
  });

  dress();
}
