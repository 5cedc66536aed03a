"""What the platform keeps: operators agree on it from a moment on, organizers read it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.fees import Band, Terms
from apps.accounts.models import FeeTerms
from apps.accounts.services.fee_terms import (
    AmountsNeedCurrency,
    Backdated,
    BadBands,
    HaveBegun,
    MomentTaken,
    agree,
    check,
    withdraw,
)
from apps.console.desk import Desk
from apps.console.fee_words import examples, in_words, span
from apps.console.forms.fees import FeeTermsForm
from apps.console.forms.team import SureForm
from apps.console.selectors.fees import fees_of

EXAMPLE_CURRENCY = "EUR"


def overview(request: HttpRequest, desk: Desk, row: FeeTerms) -> HttpResponse:
    currency, at = row.currency or EXAMPLE_CURRENCY, now()
    bands = [Band.read(band) for band in row.bands]
    return desk.render(
        request,
        "console/fee_terms.html",
        row,
        title=row.organizer.name if row.organizer else _("For everybody"),
        terms=row,
        words=in_words(bands, currency),
        examples=examples(Terms(bands), currency) if bands else [],
        span=span(row, at=at),
        withdrawable=row.withdrawn_at is None and row.starts_at > at,
    )


def withdrawal(request: HttpRequest, desk: Desk, row: FeeTerms) -> HttpResponse:
    if request.method == "POST":
        try:
            withdraw(row, actor=desk.actor(request), at=now())
        except HaveBegun:
            messages.warning(request, _("They have begun. Agree on new ones instead."))
        else:
            messages.success(request, _("Withdrawn: they never begin."))
        return redirect(desk.url("overview", row))
    line = _("These terms will not begin. What is in force until then stays in force.")
    return desk.ask_before(request, row, title=_("Withdraw"), line=line, form=SureForm())


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shown once more with examples before it is agreed."""
    asked_for = request.GET.get("organizer", "")
    form = FeeTermsForm(request.POST or None, initial={"organizer": asked_for or None})
    shown = []
    if request.method == "POST" and form.is_valid() and _may_be_agreed(form):
        if request.POST.get("do") == "agree" and (made := _agree(request, desk, form)):
            messages.success(request, _("Agreed. It counts for orders placed from then on."))
            return redirect(desk.url("overview", made))
        if bands := form.cleaned_data["bands"]:
            shown = examples(Terms(bands), form.cleaned_data["currency"] or EXAMPLE_CURRENCY)
    return desk.render(
        request, "console/new_fees.html", None, title=_("New terms"), form=form, examples=shown
    )


def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """For organizers: what holds now, what comes, and what it means for a ticket."""
    to = desk.needs.view
    organizers = desk.access(request).organizers(to) if to else []
    return desk.render(
        request,
        "console/my_fees.html",
        None,
        title=_("What the platform keeps"),
        fees=[fees_of(organizer, at=now()) for organizer in organizers],
    )


def _may_be_agreed(form: FeeTermsForm) -> bool:
    at = now()
    try:
        check(form.terms(at=at), at=at)
    except Backdated:
        form.add_error("starts_at", _("That is over: a sale that was made is never rewritten."))
    except AmountsNeedCurrency:
        form.add_error("currency", _("Choose the currency these amounts are in."))
    except BadBands:
        text = _(
            "One row begins at no price, the others at prices of their own; "
            "“at most” is not less than “at least”."
        )
        form.add_error(None, text)
    return not form.errors


def _agree(request: HttpRequest, desk: Desk, form: FeeTermsForm) -> FeeTerms | None:
    at = now()
    try:
        return agree(form.terms(at=at), actor=desk.actor(request), at=at)
    except MomentTaken:
        form.add_error("starts_at", _("Other terms begin in this very moment."))
        return None
