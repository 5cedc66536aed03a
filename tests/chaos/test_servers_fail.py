"""Redis emptied and PostgreSQL restarted in the middle of a sale, with all processes running."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis

from apps.demo.journey.browser import Browser, Page
from apps.notifications.models import Mail
from apps.outbox.models import Delivery, DeliveryState
from config.launch.environment import Address
from config.launch.folders import ROOT, RunFolder
from config.launch.lifeline import Lifeline
from config.launch.listening import free_port, listen, port_of
from config.launch.processes import MANAGE, Setting
from config.launch.servers import thrown_away
from config.launch.shop import Shop as WholeShop
from config.launch.supervisor import Supervisor
from tests.buying import Shop
from tests.chaos.conftest import Machine, leases_lapse, wait_for
from tests.chaos.test_killed import all_done, is_sold_once
from tests.visiting import DETAILS, pages_on_our_port

pytestmark = [pytest.mark.long, pytest.mark.race]


@pytest.mark.django_db(transaction=True)
def test_redis_emptied_at_every_step_of_a_sale_loses_nothing(
    shop: Shop, machine: Machine, visitor: Browser
) -> None:
    pages_on_our_port(shop.sandbox, machine.origin)
    shop.sandbox.do("send_webhooks_to", origin=machine.origin)
    memory = redis.Redis.from_url(machine.servers.valkey.url)
    machine.start("web")
    machine.start("relay")
    machine.wait_until_up()
    event = visitor.open(f"/events/{shop.event.slug}/")
    memory.flushall()
    checkout = visitor.send(event.form_to("/orders/"), {f"heads-{shop.parkett.pk}": "2"})
    memory.flushall()
    paying = visitor.send(checkout.form_to("/checkout/"), DETAILS | {"provider": "paypal"})
    memory.flushall()
    done = visitor.send(paying.forms[0], button=paying.forms[0].buttons[0])
    assert "Paid." in done.text
    leased = Delivery.objects.filter(state=DeliveryState.LEASED)
    wait_for("the relay has handed out work", leased.exists)
    memory.flushall()  # and with it all that work: no worker has seen it

    machine.start("worker")
    leases_lapse()
    wait_for("all is done", all_done)
    memory.flushall()
    assert "Paid." in visitor.open(done.url).text
    assert Mail.objects.get().state == "sent"
    is_sold_once(shop)
    memory.close()


@dataclass
class Whole:
    shop: WholeShop
    supervisor: Supervisor
    browser: Browser


@pytest.fixture
def whole() -> Iterator[Whole]:
    """As `make demo` starts it, on servers of its own."""
    supervisor = Supervisor(Lifeline())
    with (
        tempfile.TemporaryDirectory(prefix="parterre-chaos-") as folder,
        thrown_away() as servers,
        listen("127.0.0.1", 0) as listener,
    ):
        run = RunFolder(Path(folder)).make()
        address = Address(f"http://localhost:{port_of(listener)}", free_port(), free_port())
        shop = WholeShop(Setting(run, address, listener, None), servers, supervisor)
        try:
            shop.start()
            browser = Browser(address.public)
            with browser.client:
                yield Whole(shop, supervisor, browser)
        finally:
            supervisor.stop()


def test_postgresql_restarted_at_every_step_of_a_sale(whole: Whole) -> None:
    shop, browser = whole.shop, whole.browser
    event = browser.open(browser.open("/").link_to("/events/"))
    selection = event.form_to("/orders/")
    first = next(name for name in selection.fields if name.startswith("heads-"))

    def again(step: Callable[[], Page]) -> Page:
        """The step meets a database that is away, says so, and works when it is back."""
        stop_postgres(shop)
        said = step()
        assert said.status == 503, said.url
        assert "Traceback" not in said.text
        assert "One moment" in said.text
        until_back(whole)
        return step()

    checkout = again(lambda: browser.send(selection, {first: "2"}))
    details = DETAILS | {"provider": "stripe"}
    paying = again(lambda: browser.send(checkout.form_to("/checkout/"), details))
    shop_page = checkout.url.removesuffix("checkout/")
    button = paying.forms[0].buttons[0]
    stop_postgres(shop)
    browser.send(paying.forms[0], button=button)  # paid, and we cannot hear of it
    until_back(whole)
    paid = again(lambda: browser.open(f"{shop_page}return/"))
    assert "Paid." in paid.text
    audit = subprocess.run(
        [*MANAGE, "audit"], env=shop.environment, cwd=ROOT, capture_output=True, text=True
    )
    assert audit.returncode == 0, audit.stdout


def stop_postgres(shop: WholeShop) -> None:
    """As an operator would restart it: everybody is disconnected, and nobody let in."""
    data = shop.servers.postgres.data
    pid = (data / "postmaster.pid").read_text().split()[0]
    subprocess.run(["kill", "-INT", pid], check=True)
    deadline = time.monotonic() + 20
    while (data / "postmaster.pid").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_back(whole: Whole) -> None:
    browser = whole.browser
    deadline = time.monotonic() + 60
    while True:
        whole.supervisor.look_after()
        try:
            if browser.open("/my/tickets/").status == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.2)
