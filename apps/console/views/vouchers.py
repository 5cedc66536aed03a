"""
Gift vouchers: issued, looked at, blocked, replaced, taken back. The code is on the page that answers and
nowhere else, so there is no redirect to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.vouchers import ForWhom, ReasonForm, ReplacementForm, VoucherForm
from apps.console.selectors.vouchers import history_of, last_day, last_moment
from apps.core import csv_stream
from apps.core.money import Money
from apps.core.transitions import IllegalTransition, LostRace
from apps.ledger import balances, chart
from apps.vouchers import hold_sql
from apps.vouchers.balances import rest_of
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.block import NothingLeft, block, replace
from apps.vouchers.services.issue import NotCovered, issue
from apps.vouchers.services.take_back import NotTheirs, may_be_taken_back, take_back
from apps.vouchers.services.write_voucher import NewVoucher
from apps.vouchers.states import UNFINISHED, VoucherState

MONEY = Capability.MANAGE_PAYOUTS
PRINTABLE_SECONDS = 3600
_SALT = "console.voucher"


def overview(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    rest = rest_of(voucher)
    page = {
        "title": _("Gift voucher %s") % voucher,
        "voucher": voucher,
        "rest": rest,
        "held": Money(hold_sql.held_of(voucher.pk), voucher.currency),
        "history": history_of(voucher),
        "until": last_day(voucher),
        "later": GiftVoucher.objects.filter(replaces=voucher).first(),
        "blockable": voucher.state == VoucherState.LIVE,
        "replaceable": bool(rest) and voucher.state in UNFINISHED,
        "returnable": bool(rest) and voucher.state in UNFINISHED and may_be_taken_back(voucher),
    }
    return desk.render(request, "console/voucher.html", voucher, **page)


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    organizers = desk.access(request).organizers(MONEY)
    form = VoucherForm(request.POST or None, organizers=organizers)
    _mailed_by_operators(request, desk, form)
    if request.method == "POST" and form.is_valid():
        voucher = _issue(form, actor=desk.actor(request))
        if voucher is not None:
            return _shown_once(request, desk, voucher)
    lines = [
        _(
            "Its money comes out of what could be paid out to you, and is kept for whoever holds it."
        ),
        _(
            "It works for all your events, in parts, until the end of the third year after this one."
        ),
    ]
    return desk.ask(request, None, Asking(_("Issue a voucher"), form, _("Issue it"), lines))


def blocking(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            block(voucher, reason=reason, actor=desk.actor(request), at=now())
        except (IllegalTransition, LostRace):
            messages.info(request, _("This voucher does not work any more."))
        else:
            messages.success(request, _("Nobody can pay with it any more."))
        return redirect(desk.url("overview", voucher))
    line = _(
        "Nobody can pay with it from now on, and there is no way back. What is left can be put on another."
    )
    return desk.ask_before(request, voucher, title=_("Block it"), line=line, form=form)


def taking_back(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            amount = take_back(voucher, reason=reason, actor=desk.actor(request), at=now())
        except NotTheirs:
            messages.info(request, _("What is on it is a buyer's money. It cannot be taken back."))
        except (NothingLeft, IllegalTransition, LostRace):
            messages.info(request, _("There is nothing left on it."))
        else:
            messages.success(request, _("%(amount)s are yours again.") % {"amount": amount})
        return redirect(desk.url("overview", voucher))
    line = _(
        "Nobody can pay with it from now on, and %(rest)s are yours again. What was paid with it stays paid."
        " Whoever got it by mail is told."
    )
    words = line % {"rest": rest_of(voucher)}
    return desk.ask_before(request, voucher, title=_("Take it back"), line=words, form=form)


def replacement(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    form = ReplacementForm(request.POST or None, voucher=voucher)
    _mailed_by_operators(request, desk, form)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            other = replace(
                voucher, form.recipient(), reason=reason, actor=desk.actor(request), at=now()
            )
        except (NothingLeft, IllegalTransition, LostRace):
            messages.info(request, _("There is nothing left on it."))
            return redirect(desk.url("overview", voucher))
        return _shown_once(request, desk, other)
    line = _("This one is blocked, and %(rest)s are put on a new one.") % {"rest": rest_of(voucher)}
    return desk.ask_before(request, voucher, title=_("Replace it"), line=line, form=form)


def pdf(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    """For whoever has just issued it."""
    try:
        pk = signing.loads(request.GET.get("key", ""), salt=_SALT, max_age=PRINTABLE_SECONDS)
    except signing.BadSignature:
        pk = None
    if pk != voucher.pk:
        messages.info(
            request, _("The code is shown only once. Replace the voucher to get another.")
        )
        return redirect(desk.url("overview", voucher))
    from apps.notifications.voucher_pdf import voucher_pdf  # late, as in tickets/pdf.py

    return HttpResponse(
        voucher_pdf(voucher),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="voucher-{voucher.reference}.pdf"',
            "Cache-Control": "no-store",
        },
    )


def csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    listed: QuerySet[GiftVoucher] = desk.get_changelist_instance(request).get_queryset(request)
    head = [
        _("Number"),
        _("Code ends with"),
        _("State"),
        _("Worth"),
        _("Still on it"),
        _("Currency"),
        _("Issued"),
        _("Works until"),
        _("For whom"),
        _("E-mail"),
        _("Note"),
    ]
    return csv_stream.response("vouchers", head, _rows(listed.order_by()))


def _rows(vouchers: QuerySet[GiftVoucher]) -> Iterator[list[Any]]:
    for voucher in csv_stream.in_chunks(vouchers):
        rest: int = voucher.rest_minor  # type: ignore[attr-defined]  # annotated by the query
        yield [
            voucher.reference,
            voucher.ending,
            voucher.get_state_display(),
            voucher.face.plain(),
            Money(rest, voucher.currency).plain(),
            voucher.currency,
            voucher.issued_at,
            last_moment(voucher),
            voucher.recipient_name,
            voucher.recipient_email,
            voucher.note,
        ]


def _issue(form: VoucherForm, *, actor: str) -> GiftVoucher | None:
    """Where enough can be paid out; what speaks against it is told in the form."""
    typed = form.cleaned_data
    organizer, worth = typed["organizer"], typed["worth"]
    there = {p: balances.available(organizer.pk, p, worth.currency) for p in chart.PROVIDERS}
    provider = max(there, key=lambda name: there[name].minor)
    fitting = [name for name, available in there.items() if available >= worth]
    out_of = (fitting or [provider])[0]
    wanted = NewVoucher(organizer, out_of, worth, note=typed["note"], key=form.asked_once)
    try:
        return issue(wanted, form.recipient(), actor=actor, at=now())
    except NotCovered as why:
        most = max(why.available, Money.zero(worth.currency))
        words = _("So much is not there: at most %(amount)s could be paid out to you now.")
        form.add_error("amount", words % {"amount": most})
        return None


def _mailed_by_operators(request: HttpRequest, desk: Desk, form: ForWhom) -> None:
    """A code is never shown to who runs the platform."""
    form.fields["recipient_email"].required = desk.access(request).everybody


def _shown_once(request: HttpRequest, desk: Desk, voucher: GiftVoucher) -> HttpResponse:
    if desk.access(request).everybody:
        words = _("It is on its way to %(email)s.") % {"email": voucher.recipient_email}
        messages.success(request, words)
        return redirect(desk.url("overview", voucher))
    page = {
        "title": _("Gift voucher %s") % voucher,
        "voucher": voucher,
        "code": code_of(voucher),
        "until": last_day(voucher),
        "print_key": signing.dumps(voucher.pk, salt=_SALT),
    }
    return desk.render(request, "console/new_voucher.html", voucher, **page)
