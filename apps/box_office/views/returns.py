"""A sale, or some of its tickets, given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.box_office.counter import Counter
from apps.box_office.forms import ReturnForm
from apps.box_office.models import Till
from apps.box_office.services.book import TillClosed
from apps.box_office.services.give_back import give_back
from apps.box_office.services.move_cash import NotThatMuch
from apps.box_office.services.sell import sold_by
from apps.box_office.views.sales import of_a_sale
from apps.core.money import Money, total
from apps.orders.models import Order
from apps.orders.selectors import left_of
from apps.orders.services.give_back import standing_units
from apps.orders.services.refund import NotRefundable, UpgradedSince


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_sale
def giving_back(request: HttpRequest, counter: Counter, till: Till, order: Order) -> HttpResponse:
    units = standing_units(order)
    sent = request.method == "POST"
    form = ReturnForm(request.POST if sent else None, units=units)
    sale = redirect("box_office:sale", counter.event.slug, order.reference)
    if sent and form.is_valid() and _give_back(request, till, order, form):
        return sale
    line = sold_by(order)
    if line is None or not units:
        return sale
    worths = {pk: worth for left in left_of(order) for pk, worth in left.worths.items()}
    rows = [(unit, Money(worths[unit.pk], order.currency)) for unit in units]
    page = {"counter": counter, "event": counter.event, "order": order, "form": form, "line": line}
    page |= {"rows": rows, "sum": total((worth for _unit, worth in rows), order.currency)}
    return render(request, "box_office/return.html", page, status=422 if form.errors else 200)


def _give_back(request: HttpRequest, till: Till, order: Order, form: ReturnForm) -> bool:
    """Whether the page is done with; else its form says why not."""
    reason = form.cleaned_data["reason"]
    try:
        give_back(till, order, reason=reason, choice=form.choice, at=now())
    except UpgradedSince:
        text = _("One of its tickets was upgraded. Give the upgrade back first.")
        messages.warning(request, text)
    except NotRefundable:
        messages.warning(request, _("There is nothing left to give back."))
    except NotThatMuch as less:
        text = _("There are only %(there)s in this till. Put cash in first.")
        form.add_error("reason", text % {"there": less.there})
        return False
    except TillClosed:
        messages.warning(request, _("This till was closed."))
    return True
