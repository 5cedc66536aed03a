"""What the door page says, in the reader's language; its scripts hold no words of their own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.checkin.models import Verdict
from apps.checkin.rules import REASONS


def words() -> dict[str, object]:
    return {
        "verdicts": {verdict.value: str(verdict.label) for verdict in Verdict},
        "reasons": {key: str(text) for key, text in REASONS.items()},
        "went_in": _("Went in at {time}"),
        "since": _("Since {time}"),
        "starts": _("It is for {title}, {time}."),
        "undone": _("Undone. The ticket opens the door again."),
        "not_undone": _("That could not be undone."),
        "no_answer": _("No answer"),
        "no_answer_why": _("This code was not checked. Ask them to wait, then try again."),
        "too_fast": _("Too fast"),
        "too_fast_why": _("So many scans at once are not answered. Wait a moment, then try again."),
        "shut": _("Door closed"),
        "shut_why": _(
            "This phone may not scan here any more. Open the door link again or sign in."
        ),
        "online": _("Online"),
        "offline": _("No network"),
        "age": _("Numbers {seconds} s old"),
        "of_all": _("of {expected} in"),
        "no_camera": _("The camera is not allowed here. Take a photo of the code, or type it."),
        "no_code": _("No code on this photo. Come closer and try again."),
        "looking": _("Looking …"),
        "ready": _("Ready"),
    }
