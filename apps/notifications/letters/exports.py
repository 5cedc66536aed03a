"""That an export is ready, or will not be. A link, never the file."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import gettext as _

from apps.exports.kinds import KINDS
from apps.exports.models import Export, ExportFile
from apps.exports.states import FileState
from apps.exports.words import failure_words
from apps.notifications.letter import Button, Facts, Letter, NotNeeded, SmallPrint, Words
from apps.notifications.letters.evening import locale
from apps.notifications.links import export_url
from apps.notifications.models import Mail


def ready(mail: Mail) -> Letter:
    """
    :raises NotNeeded: it was deleted before this could be sent.
    """
    file = _file(mail)
    if file.state != FileState.READY or file.expires_at is None:
        raise NotNeeded
    export = file.export
    until = format_date(file.expires_at, "long", locale=locale())
    return Letter(
        subject=_("%(what)s, %(days)s: ready") % _named(export),
        heading=_("Your export is ready."),
        parts=(
            Facts(_facts(export)),
            Button(_("Open the export"), export_url(export, site=mail.context["site"])),
            Words(_("You can download it until %s; then it is deleted.") % until),
            SmallPrint(_why(export)),
        ),
        colour=export.organizer.brand_colour if export.organizer else "",
    )


def failed(mail: Mail) -> Letter:
    file = _file(mail)
    export = file.export
    return Letter(
        subject=_("%(what)s, %(days)s: could not be made") % _named(export),
        heading=_("Your export could not be made."),
        parts=(
            Facts(_facts(export)),
            Words(failure_words(file.failure)),
            Button(_("Open the export"), export_url(export, site=mail.context["site"])),
            SmallPrint(_why(export)),
        ),
        colour=export.organizer.brand_colour if export.organizer else "",
    )


def _file(mail: Mail) -> ExportFile:
    rows = ExportFile.objects.select_related("export__organizer", "export__event")
    return rows.get(pk=mail.about_id)


def _named(export: Export) -> dict[str, str]:
    return {"what": str(KINDS[export.kind].title), "days": _days(export)}


def _facts(export: Export) -> tuple[str, ...]:
    whose = export.event or export.organizer or _("All organizers")
    return (str(KINDS[export.kind].title), _days(export), str(whose))


def _days(export: Export) -> str:
    first, last = (format_date(d, "medium", locale=locale()) for d in (export.first, export.last))
    return f"{first} – {last}"


def _why(export: Export) -> str:
    if export.schedule_id:
        return _("It comes by itself. Whoever manages the exports by mail can stop it.")
    return _("You asked for it at the console.")
