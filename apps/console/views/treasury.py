"""Money between providers and the bank, booked by hand; and the providers' statements."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Asking, Desk
from apps.console.forms.treasury import TransferForm
from apps.reconciliation.models import BalanceLine, BankTransfer, Case
from apps.reconciliation.services.transfer import book_transfer
from apps.reconciliation.words import provider_name


def transfer(request: HttpRequest, desk: Desk, row: BankTransfer) -> HttpResponse:
    return desk.render(
        request,
        "console/bank_transfer.html",
        row,
        title=str(row.amount),
        transfer=row,
        provider=provider_name(row.provider),
        line=BalanceLine.objects.filter(transfer=row).first(),
    )


def new_transfer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Typed, shown once more in a sentence, booked."""
    form = TransferForm(request.POST or None, today=now().date())
    if request.method == "POST" and form.is_valid():
        if form.is_sure():
            made = book_transfer(form.moved(), actor=desk.actor(request), at=now())
            messages.success(request, _("Booked."))
            return redirect(desk.url("overview", made))
        return desk.ask(request, None, _asking(form.asked_again(), _("Book it"), form.sentence()))
    line = _("Money that you moved yourself, at the bank or in the provider's dashboard.")
    return desk.ask(request, None, _asking(form, _("Go on"), line))


def line(request: HttpRequest, desk: Desk, row: BalanceLine) -> HttpResponse:
    about = [
        (_("Payment"), "payments.payment", row.payment_id),
        (_("Refund"), "payments.refund", row.refund_id),
        (_("Payout"), "payouts.payout", row.payout_id),
        (_("Bank transfer"), "reconciliation.banktransfer", row.transfer_id),
    ]
    return desk.render(
        request,
        "console/balance_line.html",
        row,
        title=row.provider_id,
        line=row,
        provider=provider_name(row.provider),
        about=[(word, f"{label}:{pk}") for word, label, pk in about if pk],
        cases=Case.objects.filter(story__line=row.pk).order_by("-pk"),
    )


def _asking(form: TransferForm, button: str, line: str) -> Asking:
    lines = [line, _("It cannot be changed afterwards, only booked back.")]
    return Asking(title=_("Book a transfer"), form=form, button=button, lines=lines)
