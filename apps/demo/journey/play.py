"""The main job, played over HTTP as people would do it: buy twice, find the tickets, come in, be paid."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.timezone import now

from apps.checkin.models import Gate
from apps.demo.journey.browser import Browser, Page
from apps.ledger.balances import owed
from apps.notifications.models import Mail, MailState
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from apps.tickets.models import Ticket
from apps.tickets.tokens import token

PATIENCE_SECONDS = 40
SHOW = "zwoelf-celli-im-trockendock"


class Stuck(Exception):
    """Something that should have happened did not, within PATIENCE_SECONDS."""


@dataclass
class Timeline:
    """Prints what happens, with the seconds since the start."""

    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)

    def note(self, text: str) -> None:
        self.say(f"{time.monotonic() - self.began:6.1f} s  {text}")

    def wait_for(self, what: str, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            if time.monotonic() > deadline:
                raise Stuck(what)
            time.sleep(0.2)
        self.note(what)


def buy(origin: str, provider: str, email: str, timeline: Timeline) -> Order:
    """Two tickets, by the buyer's own browser, from the list of events to the paid order."""
    browser = Browser(origin)
    event = browser.open(browser.open("/").link_to(SHOW))
    selection = event.form_to("/orders/")
    first = next(name for name in selection.fields if name.startswith("heads-"))
    checkout = browser.send(selection, {first: "2"})
    timeline.note(f"{email} chose two tickets, held at {_path(checkout)}")
    paying = browser.send(
        checkout.form_to("/checkout/"),
        {"name": "Mira Sandberg", "email": email, "provider": provider},
    )
    timeline.note(f"{email} is on the page of {provider}")
    done = browser.send(paying.forms[0], button=paying.forms[0].buttons[0])
    reference = _path(done).split("/")[2]
    order = Order.objects.get(reference=reference)
    timeline.wait_for(
        f"order {reference} is paid: {order.total.plain()} {order.currency}", _is_paid(order)
    )
    shown = browser.open(f"/orders/{reference}/")
    ticket = Ticket.objects.filter(unit__line__order=order).earliest("pk")
    page = browser.open(shown.link_to(f"/tickets/{ticket.reference}"))
    timeline.note(f"ticket {ticket.reference} is on the screen ({page.status})")
    return order


def read_mail(order: Order, timeline: Timeline) -> None:
    mails = Mail.objects.filter(to=order.email, state=MailState.SENT)
    timeline.wait_for(f"the mail to {order.email} is sent", mails.exists)
    timeline.note(f"its subject: {mails.latest('pk').subject}")


def come_in(origin: str, order: Order, timeline: Timeline) -> None:
    """One ticket at the door, and the same once more."""
    browser = Browser(origin)
    browser.send(browser.open("/demo/").form_to("/become/staff/"))
    gate = Gate.objects.filter(event=order.event).earliest("pk")
    code = token(Ticket.objects.filter(unit__line__order=order).earliest("pk"))
    for expected in ("admitted", "already_used"):
        answer = browser.post_json(
            "/api/v1/checkin/scans",
            {
                "token": code,
                "gate": gate.pk,
                "scan_id": str(uuid.uuid4()),
                "scanned_at": now().isoformat(),
                "device": "demo",
            },
        ).json()
        if answer.get("verdict") != expected:
            raise Stuck(f"the door said {answer}, not {expected}")
        timeline.note(f"{gate.name}: {expected}")


def see_the_sale(origin: str, order: Order, timeline: Timeline) -> None:
    browser = Browser(origin)
    browser.send(browser.open("/demo/").form_to("/become/owner/"))
    page = browser.open(f"/console/orders/order/?q={order.reference}")
    if order.reference not in page.text:
        raise Stuck(f"the console does not show order {order.reference}")
    timeline.note(f"the organizer's console shows order {order.reference}")


def be_paid(order: Order, run: Callable[[], None], timeline: Timeline) -> None:
    """The payout run sends exactly what the ledger owes."""
    before = {one.provider: one.available for one in owed(order.organizer_id)}
    run()
    payouts = Payout.objects.filter(organizer=order.organizer).order_by("-pk")[: len(before)]
    sent = {payout.provider: payout.amount for payout in payouts}
    if sent != {provider: amount for provider, amount in before.items() if amount.minor > 0}:
        raise Stuck(f"the ledger owed {before}, the run sends {sent}")
    for payout in payouts:
        timeline.wait_for(
            f"{payout.amount.plain()} {payout.currency} paid out by {payout.provider}",
            Payout.objects.filter(pk=payout.pk, state=PayoutState.PAID).exists,
        )


def _is_paid(order: Order) -> Callable[[], bool]:
    return Order.objects.filter(pk=order.pk, state=OrderState.PAID).exists


def _path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]
