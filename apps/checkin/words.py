"""What the door page says, in the reader's language; its scripts hold no words of their own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.checkin.models import Verdict
from apps.checkin.rules import REASONS
from apps.orders.reasons import ours
from apps.tickets.states import TicketState


def words() -> dict[str, object]:
    return {
        "verdicts": {verdict.value: str(verdict.label) for verdict in Verdict},
        "reasons": {key: str(text) for key, text in REASONS.items()},
        "changes": ours(),
        "states": {state.value: str(state.label) for state in TicketState},
        **_verdict(),
        **_state(),
        **_start(),
        **_sheets(),
        **_more(),
        "kiosk": _kiosk(),
    }


def _verdict() -> dict[str, object]:
    return {
        "went_in": _("Went in at {time}"),
        "since": _("Since {time}"),
        "starts": _("It is for {title}, {time}."),
        "only_supervisor": _("Only a supervisor can let them in."),
        "no_supervisor": _("Only a supervisor could let them in, and this door has none."),
        "nobody": _("Nobody can overrule this."),
        "overruled": _("By {name}: {words}"),
        "undone": _("Undone. The ticket opens the door again."),
        "undone_left": _("Undone. They are inside again."),
        "not_undone": _("That could not be undone."),
        "no_answer": _("No answer"),
        "no_answer_why": _("This code was not checked. Ask them to wait, then try again."),
        "no_list_why": _(
            "This code was not checked: there is no network, and the tickets are not on this phone yet."
        ),
        "too_fast": _("Too fast"),
        "too_fast_why": _("So many scans at once are not answered. Wait a moment, then try again."),
        "not_written": _("Not checked"),
        "not_written_why": _("This phone cannot write down what happens. Is its storage full?"),
    }


def _state() -> dict[str, object]:
    return {
        "online": _("Online"),
        "offline": _("Offline"),
        "forced": _("Offline, as you chose"),
        "age": _("List {age} old"),
        "no_list": _("No list yet"),
        "online_only": _("Online only"),
        "waiting": _("{number} to upload"),
        "limit": _("Offline after {calls} × {seconds} s"),
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
        "hours": _("{n} h"),
        "of_all": _("of {expected} in"),
        "no_camera": _("The camera is not allowed here. Take a photo of the code, or type it."),
        "no_code": _("No code on this photo. Come closer and try again."),
        "looking": _("Looking …"),
        "ready": _("Ready"),
    }


def _start() -> dict[str, object]:
    return {
        "no_such_pairing": _("This code opens no door. It may be used up or older than a day."),
        "pair_no_answer": _("No answer from the server. Pairing needs the network, once."),
        "pair_too_fast": _("Too many tries. Wait a minute."),
        "pair_no_code": _("This is not a pairing code."),
        "evicted": _(
            "The browser threw away what was stored for the door. Pair this phone again."
            " Scans that were not uploaded and are lost: {number}."
        ),
        "loading": _("{number} tickets so far. Keep this page open."),
        "choose_pin": _("Choose a PIN"),
        "choose_pin_why": _(
            "The organizer wants this phone to ask for a PIN when it starts. At least six digits;"
            " after ten wrong ones the list is deleted."
        ),
        "unlock": _("PIN of this phone"),
        "unlock_why": _("The list of tickets is locked with it."),
        "forgotten": _(
            "Pair this phone again? The list is deleted from it. What was scanned is kept and will"
            " be uploaded. You need a code from the organizer."
        ),
        "wrong_pin": _("Wrong PIN. Tries left: {left}."),
        "retired": _("Not a supervisor here any more."),
        "locked": _("Too many wrong PINs. Try again at {time}."),
        "wiped": _("List deleted"),
        "wiped_why": _(
            "Too many wrong PINs. What was scanned is kept and will be uploaded; to go on,"
            " pair this phone again."
        ),
        "revoked": _("Door closed"),
        "revoked_why": _(
            "This phone may not scan here any more; its list is deleted. What it scanned is kept"
            " and goes to the organizer. Ask for a new code."
        ),
        "over": _("The event is over"),
        "over_why": _("The list is deleted from this phone. To upload: {number}."),
        "elsewhere": _("Open in another window"),
        "elsewhere_why": _("The door is open in another window of this phone."),
        "here": _("Use it here"),
        "pair_again": _("Pair this phone"),
        "left": _("To upload from before: {number}."),
    }


def _sheets() -> dict[str, object]:
    return {
        "names_hint": _("Two letters are enough."),
        "names_offline": _("Offline: by name or reference."),
        "names_hidden": _("Offline: by reference only. The organizer keeps names off the phones."),
        "nobody_found": _("Nobody found."),
        "found": _("Found: {number}"),
        "in_since": _("In since {time}"),
        "in_key": _("Let in"),
        "let_in": _("Let {name} in"),
        "out_key": _("Let out"),
        "let_out": _("Let {name} out"),
        "check_key": _("Check"),
        "check": _("Check the ticket of {name}"),
        "note_on": _("Note on {name}"),
        "note_about": _("What the door should know of {name}"),
        "not_saved": _("Not saved: notes need the network."),
        "about": _("{name}: {reason}"),
    }


def _more() -> dict[str, object]:
    return {
        "any_gate": _("No gate"),
        "fact_list": _("List"),
        "fact_tickets": _("{number} tickets, {age} old"),
        "fact_queue": _("To upload"),
        "fact_refused": _("{number}, and {refused} not readable for the server"),
        "fact_limit": _("Goes offline"),
        "fact_limit_is": _("after {calls} calls that fail or take longer than {seconds} s"),
        "fact_clock": _("Clock"),
        "fact_clock_is": _("{offset} s off, give or take {within} s"),
        "fact_storage": _("Storage"),
        "fact_kept": _("The browser keeps it"),
        "fact_may_go": _("The browser may clear it when space runs out"),
        "fact_version": _("Version"),
        "insecure": _(
            "Without HTTPS this browser gives the door no safe storage and no camera: it works online only."
        ),
        "log_out": _("Leave this door? Its list is deleted from this phone. To upload: {number}."),
        "kiosk_needs_pin": _(
            "Self check-in needs a supervisor, or a PIN of this phone, to end it."
        ),
        "this_phone": _("This phone’s PIN"),
    }


def _kiosk() -> dict[str, object]:
    return {
        "welcome": _("Welcome!"),
        "bye": _("See you soon!"),
        "ask": _("Please ask our staff"),
        "again": _("Please try again"),
    }
