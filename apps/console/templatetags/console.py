from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.forms import BoundField, CheckboxInput
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.console import badges, words
from apps.console.act_words import act_words, origin_words
from apps.console.book_words import kind_words
from apps.console.moments import dated, days, local
from apps.console.named import actor_name, subject_name
from apps.console.selectors.ledger import postings_about
from apps.console.selectors.money import Books
from apps.core.models import StateChange
from apps.core.money import Money
from apps.events.models import Event
from apps.orders.models import Order
from apps.orders.reasons import in_words
from apps.payouts.asked_for import asked_for
from apps.payouts.statement import Statement
from apps.payouts.words import movement_words

register = template.Library()

BAR_WIDTH, BAR_HEIGHT = 600, 44

_LEVELS = {"success": "good", "warning": "warn", "error": "bad"}

register.filter("tone", badges.tone)
register.filter("dated", dated)
register.filter("until", days)
register.filter("provider_words", words.provider_words)
register.filter("id_words", words.id_words)
register.filter("reason_words", words.reason_words)
register.filter("why", in_words)
register.filter("asked_for", asked_for)
register.filter("kind_words", kind_words)
register.filter("act_words", act_words)
register.filter("origin_words", origin_words)


@register.filter
def level_tone(level: str) -> str:
    return _LEVELS.get(level, "")


@register.filter
def minus(amount: Money) -> str:
    """As something taken away: with a real minus sign."""
    return f"−{amount}" if amount.minor > 0 else str(-amount).replace("-", "−")


@register.filter
def with_minus(amount: Money) -> str:
    """Below zero with a real minus sign."""
    return str(amount).replace("-", "−")


@register.simple_tag
def query(chosen: Mapping[str, Any], **more: Any) -> str:
    """The query of an address: what was chosen, and which page of it."""
    return urlencode({**chosen, **more})


@register.filter
def moment(when: datetime | None, event: Event) -> str:
    return local(when, event.zone)


@register.filter
def in_utc(when: datetime | None) -> str:
    """For what happens at no place: payouts, mails, machinery."""
    return f"{local(when, UTC)} UTC" if when else ""


@register.filter
def source_words(change: StateChange) -> str:
    return words.state_words(change, change.source)


@register.filter
def target_words(change: StateChange) -> str:
    return words.state_words(change, change.target)


register.filter("movement_words", movement_words)


@register.filter
def statement_parts(statement: Statement) -> list[tuple[Any, str]]:
    parts = [
        (statement.sales, _("Sales")),
        (statement.refunds, _("Refunds")),
        (statement.at_the_door, _("Fees of your own box office")),
        (statement.provider_fees, _("Fees of the payment providers")),
    ]
    return [(lines, heading) for lines, heading in parts if lines]


@register.simple_tag(takes_context=True)
def order_link(context: Context, order: Order) -> SafeString:
    site = context["request"].current_app
    return format_html(
        '<a href="{}">{}</a>', reverse(f"{site}:orders_order_overview", args=[order.pk]), order
    )


@register.simple_tag(takes_context=True)
def event_link(context: Context, event: Event) -> SafeString:
    site = context["request"].current_app
    return format_html(
        '<a href="{}">{}</a>', reverse(f"{site}:events_event_overview", args=[event.pk]), event
    )


@register.simple_tag
def amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency))


@register.simple_tag
def credit(minor: int, currency: str) -> str:
    return str(Money(-minor, currency))


@register.simple_tag(takes_context=True)
def who(context: Context, actor: str) -> str:
    """ "user:7" as far as whoever looks may know it."""
    return actor_name(context["request"], actor)


@register.simple_tag(takes_context=True)
def source_link(context: Context, subject: str) -> SafeString:
    """ "orders.order:7" by its name, as a link to where it is shown, if it is shown anywhere."""
    label, _colon, pk = subject.rpartition(":")
    request = context["request"]
    name = subject_name(request, subject)
    try:
        url = reverse(f"{request.current_app}:{label.replace('.', '_')}_overview", args=[pk])
    except NoReverseMatch:
        return format_html("{}", name)
    return format_html('<a href="{}">{}</a>', url, name)


@register.filter
def key_of(row: Model) -> str:
    """What its postings are called among those about a sale: "refund:3"."""
    return f"{row._meta.model_name}:{row.pk}"


@register.inclusion_tag("console/_postings.html", takes_context=True)
def in_the_books(context: Context, subject: str, key: str = "") -> dict[str, Any]:
    """What was booked about it, for operators. key: see `postings_about`."""
    request = context["request"]
    if request.current_app != "platform":
        return {"postings": None}
    postings, more = postings_about(subject, key)
    return {"request": request, "postings": postings, "more": more, "subject": subject}


@register.simple_tag
def amount_left(order: Order, refunded: Money, owed: Money) -> str:
    return str(order.total - refunded - owed)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def is_tick(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def status_words(status: str, order: Order) -> str:
    """An order's state, or that its money went back."""
    words = {
        "refunded": _("Refunded"),
        "partially_refunded": _("Partly refunded"),
        "refund_failed": _("Refund failed"),
    }
    return words.get(status, order.get_state_display())


@register.inclusion_tag("console/_split.html")
def money_split(book: Books) -> dict[str, Any]:
    """What became of the money, as one bar."""
    parts = [("out", book.paid_out), ("owed", book.owed), ("fees", book.fees)]
    parts.append(("refunded", book.refunded + book.lost))
    shown = [(name, amount.minor) for name, amount in parts if amount.minor > 0]
    whole = sum(minor for _, minor in shown)
    pieces, x = [], 0.0
    for name, minor in shown:
        width = BAR_WIDTH * minor / whole
        pieces.append({"name": name, "x": round(x, 1), "width": round(max(width - 2, 2), 1)})
        x += width
    return {"pieces": pieces, "width": BAR_WIDTH, "height": BAR_HEIGHT}
