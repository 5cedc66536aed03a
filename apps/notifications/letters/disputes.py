"""A buyer went to their bank: what happened, until when to answer, and how it ended."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import gettext as _

from apps.notifications.letter import Button, Facts, Letter, NotNeeded, Part, Words
from apps.notifications.letters.evening import clock, locale
from apps.notifications.links import dispute_url, platform_order_url
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.payments.dispute_reasons import explain
from apps.payments.models import Dispute, DisputeAnswer, FraudWarning
from apps.payments.states import DISPUTE_RUNNING, DisputeState
from apps.payouts.words import provider_name


def opened(mail: Mail) -> Letter:
    dispute, order = _of(mail)
    if dispute.state not in DISPUTE_RUNNING:
        raise NotNeeded(dispute.state)
    amount = {"amount": dispute.amount, "order": order.reference}
    if dispute.state == DisputeState.INQUIRY:
        subject = _("A bank asks about order %(order)s") % amount
        heading = _("A bank asks about %(amount)s.") % amount
        words = _(
            "No money has moved and the tickets stay valid. We keep the amount from your payouts until"
            " the question is settled. Your answer may prevent a dispute."
        )
    else:
        subject = _("Dispute over order %(order)s") % amount
        heading = _("%(amount)s is disputed.") % amount
        words = _(
            "The buyer's bank has taken the money back for now. The tickets of the order are blocked"
            " and the amount is kept from your payouts until the bank decides."
        )
    return Letter(
        subject=subject,
        heading=heading,
        parts=(_facts(dispute, order), Words(words), *_until(dispute, order), _open(dispute)),
    )


def refused(mail: Mail) -> Letter:
    """Who sent it takes it for sent."""
    dispute, order = _of(mail)
    answer = _answer(dispute)
    if dispute.state not in DISPUTE_RUNNING or answer is None:
        raise NotNeeded(dispute.state)
    names = {"provider": provider_name(dispute.provider), "why": answer.refused}
    return Letter(
        subject=_("Your answer for order %(order)s was not taken") % {"order": order.reference},
        heading=_("Your answer did not reach the bank."),
        parts=(
            _facts(dispute, order),
            Words(_("%(provider)s did not take it: %(why)s.") % names),
            *_elsewhere(answer),
            *_until(dispute, order),
            _open(dispute),
        ),
    )


def due(mail: Mail) -> Letter:
    dispute, order = _of(mail)
    answer = _answer(dispute)
    if dispute.state not in DISPUTE_RUNNING or (answer and not answer.refused):
        raise NotNeeded(dispute.state)
    return Letter(
        subject=_("Answer the dispute over order %(order)s") % {"order": order.reference},
        heading=_("The bank waits for your evidence."),
        parts=(
            _facts(dispute, order),
            *_until(dispute, order),
            Words(_without_answer(dispute)),
            *_elsewhere(answer),
            _open(dispute),
        ),
    )


def decided(mail: Mail) -> Letter:
    dispute, order = _of(mail)
    if dispute.state in DISPUTE_RUNNING:
        raise NotNeeded(dispute.state)
    names = {"order": order.reference}
    if dispute.state == DisputeState.LOST:
        subject = _("Dispute over order %(order)s lost") % names
        heading = _("The buyer keeps the money.")
        words = _(
            "The tickets stay blocked and keep their places until you put them back on sale. The"
            " platform's fee for what was lost is given back to you."
        )
    else:
        subject = _("Dispute over order %(order)s is over") % names
        heading = _("The money is yours again.")
        words = _("What was kept is part of your balance again, and the tickets are valid.")
    parts = (_facts(dispute, order), Words(words), _open(dispute))
    return Letter(subject=subject, heading=heading, parts=parts)


def warned(mail: Mail) -> Letter:
    """To operators."""
    warning = FraudWarning.objects.select_related("payment").get(pk=mail.about_id)
    if not warning.actionable:
        raise NotNeeded("not actionable")
    order = Order.objects.get(payments__payment=warning.payment_id)
    return Letter(
        subject=_("Fraud warning for order %(order)s") % {"order": order.reference},
        heading=_("A card network takes this payment for fraud."),
        parts=(
            Facts((str(warning.payment.amount), order.event.title)),
            Words(_("Refunded now, it hardly ever becomes a dispute, which would cost a fee.")),
            Button(_("Open the order"), platform_order_url(order)),
        ),
    )


def _of(mail: Mail) -> tuple[Dispute, Order]:
    dispute = Dispute.objects.select_related("payment").get(pk=mail.about_id)
    orders = Order.objects.select_related("event", "organizer")
    return dispute, orders.get(payments__payment=dispute.payment_id)


def _answer(dispute: Dispute) -> DisputeAnswer | None:
    return DisputeAnswer.objects.filter(dispute=dispute).first()


def _elsewhere(answer: DisputeAnswer | None) -> tuple[Words, ...]:
    """We answer once; the account at the provider is the platform's."""
    if answer is None:
        return ()
    return (
        Words(
            _(
                "It cannot be sent again from here. Reply to this mail: the platform can answer on the"
                " provider's own pages."
            )
        ),
    )


def _facts(dispute: Dispute, order: Order) -> Facts:
    number = _("Order %(reference)s") % {"reference": order.reference}
    buyer = order.name or order.email
    lines = (dispute.amount, explain(dispute.reason), order.event.title, number, buyer)
    return Facts(tuple(str(line) for line in lines if line))


def _until(dispute: Dispute, order: Order) -> tuple[Part, ...]:
    """On the event's clock, as on the dispute's page."""
    if dispute.due_at is None:
        return ()
    day = format_date(dispute.due_at.astimezone(order.event.zone), "long", locale=locale())
    when = f"{day}, {clock(order.event, dispute.due_at)}"
    return (Words(_("Evidence is taken until %(when)s.") % {"when": when}),)


def _without_answer(dispute: Dispute) -> str:
    if dispute.state == DisputeState.INQUIRY:
        return _("Without an answer the question may become a dispute.")
    return _("Without an answer the dispute is lost.")


def _open(dispute: Dispute) -> Button:
    return Button(_("Open the dispute"), dispute_url(dispute))
