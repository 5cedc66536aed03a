"""A dispute: what happened, until when, what it costs, and what can be done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.evidence.pack import Pack, collect
from apps.console.evidence.words import activity, evidence_of
from apps.console.forms.disputes import AcceptForm, EvidenceForm
from apps.console.forms.team import SureForm
from apps.console.views.books import changes_of
from apps.console.words import provider_words
from apps.orders.models import Order
from apps.orders.services.end_lost import NotLost, end_lost, may_end
from apps.payments.dispute_reasons import explain
from apps.payments.models import Dispute, DisputeAnswer, FraudWarning
from apps.payments.services.answer_dispute import (
    NotAnswerable,
    accept,
    send_evidence,
    takes_evidence,
)
from apps.payments.states import DISPUTE_HOLDING, DISPUTE_RUNNING


def overview(request: HttpRequest, desk: Desk, dispute: Dispute) -> HttpResponse:
    order, answer = order_of(dispute), _answer_of(dispute)
    may_change = desk.may(request, Capability.CHANGE_ORDERS, dispute)
    answerable = may_change and answer is None and dispute.state in DISPUTE_RUNNING
    return desk.render(
        request,
        "console/dispute.html",
        dispute,
        title=_("Dispute over %(amount)s") % {"amount": dispute.amount},
        dispute=dispute,
        order=order,
        reason=explain(dispute.reason),
        running=dispute.state in DISPUTE_RUNNING,
        kept=dispute.money(dispute.reserved_minor),
        fee=dispute.money(dispute.fee_minor),
        answer=answer,
        answerable=answerable and takes_evidence(dispute),
        talked_over=answerable and not takes_evidence(dispute),
        acceptable=answerable and dispute.state in DISPUTE_HOLDING,
        endable=may_change and may_end(dispute, order),
        blocked=dispute.tickets.select_related("ticket").order_by("ticket"),
        moments=sorted(activity(_pack(dispute, order))),
        changes=changes_of(dispute),
    )


def evidence(request: HttpRequest, desk: Desk, dispute: Dispute) -> HttpResponse:
    form = EvidenceForm(request.POST or None)
    if not form.is_valid():
        line = _(
            "Your words and the facts on record (order, terms, mails, tickets looked at, scans) go to"
            " %(provider)s as text. Where it also takes files, upload the PDF there yourself."
        ) % {"provider": provider_words(dispute.provider)}
        return desk.ask_before(request, dispute, title=_("Send evidence"), line=line, form=form)
    proof = evidence_of(_pack(dispute, order_of(dispute)), form.cleaned_data["statement"])
    try:
        send_evidence(dispute, proof, actor=desk.actor(request), at=now())
    except NotAnswerable:
        messages.warning(request, _("It was answered already, or is decided."))
    else:
        messages.success(request, _("The evidence is on its way."))
    return redirect(desk.url("overview", dispute))


def acceptance(request: HttpRequest, desk: Desk, dispute: Dispute) -> HttpResponse:
    form = AcceptForm(request.POST or None)
    if not form.is_valid():
        line = _(
            "You do not argue: the buyer keeps %(amount)s, and the dispute ends at once. The"
            " provider's fee for it stays."
        ) % {"amount": dispute.amount}
        return desk.ask_before(request, dispute, title=_("Accept the loss"), line=line, form=form)
    try:
        accept(dispute, actor=desk.actor(request), at=now())
    except NotAnswerable:
        messages.warning(request, _("It was answered already, or is decided."))
    else:
        messages.success(request, _("Accepted. The provider is told."))
    return redirect(desk.url("overview", dispute))


def places(request: HttpRequest, desk: Desk, dispute: Dispute) -> HttpResponse:
    """The organizer's choice after a loss."""
    if request.method != "POST":
        line = _("The blocked tickets end, and their places can be bought again.")
        title = _("Put the places back on sale")
        return desk.ask_before(request, dispute, title=title, line=line, form=SureForm())
    try:
        ended = end_lost(dispute, actor=desk.actor(request), at=now())
    except NotLost:
        messages.warning(request, _("Not all of the money is gone: refund the rest instead."))
    else:
        told = ngettext(
            "%d ticket ended, its place is on sale.",
            "%d tickets ended, their places are on sale.",
            ended,
        )
        messages.success(request, told % ended)
    return redirect(desk.url("overview", dispute))


def pdf(_request: HttpRequest, _desk: Desk, dispute: Dispute) -> HttpResponse:
    from apps.console.evidence.paper import evidence_pdf  # late, as in tickets/pdf.py

    answer = _answer_of(dispute)
    paper = evidence_pdf(_pack(dispute, order_of(dispute)), answer.text if answer else "")
    return HttpResponse(paper, content_type="application/pdf", headers=_attachment(dispute, "pdf"))


def json(_request: HttpRequest, _desk: Desk, dispute: Dispute) -> HttpResponse:
    pack = _pack(dispute, order_of(dispute))
    shown = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(pack, json_dumps_params=shown, headers=_attachment(dispute, "json"))


def warning(_request: HttpRequest, desk: Desk, warning: FraudWarning) -> HttpResponse:
    """What can be done about it is on the order's page."""
    order = Order.objects.get(payments__payment=warning.payment_id)
    return redirect(f"{desk.admin_site.name}:orders_order_overview", order.pk)


def order_of(dispute: Dispute) -> Order:
    orders = Order.objects.select_related("event__venue", "organizer")
    return orders.get(payments__payment=dispute.payment_id)


def _pack(dispute: Dispute, order: Order) -> Pack:
    return collect(dispute, order, at=now())


def _attachment(dispute: Dispute, ending: str) -> dict[str, str]:
    name = f"evidence-{dispute.provider_id}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _answer_of(dispute: Dispute) -> DisputeAnswer | None:
    return DisputeAnswer.objects.filter(dispute=dispute).first()
