"""Looking twice, at once, and half-way: one case for one difference, and none that reopens by accident."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.timezone import now

from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition, move
from apps.payments.gateways.base import Kind as Provider
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.reconciliation.kinds import Fix
from apps.reconciliation.models import BalanceLine, Case, CaseAct, Deed, Run
from apps.reconciliation.services.accept import accept
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.states import CaseState
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db


def an_unknown_fee(desk: Desk) -> Case:
    desk.sandbox.do("move_money", provider="paypal", what="fee", amount=-333)
    desk.looks()
    return desk.case()


def test_looking_again_finds_the_same_case(desk: Desk) -> None:
    case = an_unknown_fee(desk)
    for _ in range(2):
        looked = desk.looks(DAY)
        assert (looked.found, looked.opened, looked.closed) == (1, 0, 0)
    assert Case.objects.get().last_seen_at == desk.at > case.last_seen_at
    assert BalanceLine.objects.count() == 1


def test_what_is_young_is_no_case_yet(desk: Desk) -> None:
    desk.sandbox.do("move_money", provider="stripe", what="fee", amount=-333)
    _order, payment = desk.sells(Provider.STRIPE)
    desk.sandbox.do("lose_line", provider="stripe", of=payment.ids["charge"])
    assert desk.looks(timedelta(minutes=30)).found == 0
    assert desk.looks(timedelta(hours=1)).found == 1  # the fee
    assert desk.looks(timedelta(hours=5)).found == 2  # the statement is six hours old


def test_the_world_catches_up(desk: Desk) -> None:
    """The webhook of a refund in the dashboard comes after all."""
    _order, payment = desk.sells(Provider.STRIPE)
    desk.sandbox.do("refund_there", provider="stripe", of=payment.ids["charge"], amount=100)
    desk.looks()
    case = desk.case()
    reconcile_refunds(payment, at=desk.at)
    desk.works()
    desk.looks(timedelta(hours=1))
    case.refresh_from_db()
    assert (case.state, case.closed_by, case.closed_at) == ("closed", "system", desk.at)
    assert not CaseAct.objects.exists()


def test_what_comes_back_is_a_new_case(desk: Desk) -> None:
    case = an_unknown_fee(desk)
    with transaction.atomic():
        move(case, CaseState.CLOSED, actor="system", at=desk.at, closed_at=desk.at)
    desk.looks(DAY)
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "open"]


def test_the_light_look_leaves_what_needs_a_statement_alone(desk: Desk) -> None:
    an_unknown_fee(desk)
    BalanceLine.objects.all().delete()
    assert look_lightly(at=desk.at + DAY).closed == 0
    assert desk.case().state == "open"


def test_a_second_click_while_it_is_mended_changes_nothing(desk: Desk) -> None:
    case = an_unknown_fee(desk)
    with transaction.atomic():
        move(case, CaseState.FIXING, actor="user:1", at=desk.at)
    with pytest.raises(IllegalTransition):
        accept(case, Fix.BOOK_FEE, actor="user:7", at=desk.at)
    assert not CaseAct.objects.exists()
    assert desk.shop.balances() == {}


def test_a_fix_that_was_killed_is_open_again_and_does_no_harm_twice(desk: Desk) -> None:
    case = an_unknown_fee(desk)
    with transaction.atomic():
        move(case, CaseState.FIXING, actor="user:7", at=desk.at)
        CaseAct.objects.create(
            case=case, deed=Deed.ACCEPTED, fix=Fix.BOOK_FEE, actor="user:7", at=desk.at
        )
    desk.looks(timedelta(minutes=5))
    assert desk.case().state == "fixing"  # it may still be under way
    desk.looks(timedelta(minutes=15))
    assert desk.case().state == "open"
    assert [act.outcome for act in CaseAct.objects.filter(deed="failed")] == ["interrupted"]
    assert desk.accepts().state == "closed"
    assert desk.shop.balances() == {"clearing:paypal": -333, "fee:provider:paypal": 333}
    trace = StateChange.objects.filter(subject="reconciliation.case").order_by("pk")
    assert [change.target for change in trace] == ["fixing", "open", "fixing", "closed"]


def test_what_a_killed_reading_left_is_read_the_next_time(desk: Desk) -> None:
    for _ in range(3):
        desk.sells(Provider.STRIPE)
    desk.sandbox.do("add_fault", operation="stripe.balance*", kind="error_before", times=99)
    desk.looks()
    run = Run.objects.filter(provider="stripe").get()
    assert run.error.startswith("Unavailable")
    assert not BalanceLine.objects.exists()
    desk.sandbox.do("clear_faults")
    desk.looks(DAY)
    assert BalanceLine.objects.filter(provider="stripe").count() == 3
    assert desk.open_cases() == []


def test_runs_leave_no_gap(desk: Desk) -> None:
    for _ in range(3):
        desk.looks(20 * DAY)
    runs = list(Run.objects.filter(provider="stripe").order_by("pk"))
    for before, after in itertools.pairwise(runs):
        assert after.since < before.until < after.until


def test_by_hand_from_the_command_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reconcile", provider="stripe", since=now() - 3 * DAY)
    said = capsys.readouterr().out
    assert "0 lines, 0 new" in said
    assert "0 opened, 0 closed, 0 open" in said
    desk.sandbox.do("allow_reports", allowed="")
    with pytest.raises(CommandError):
        call_command("reconcile")
    assert "NotPermitted" in capsys.readouterr().out


def test_a_long_statement_is_read_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payments.gateways.stripe.reports.PAGE_SIZE", 2)
    monkeypatch.setattr("apps.payments.gateways.paypal.reports.PAGE_SIZE", 2)
    for provider in ("stripe", "paypal"):
        for cents in range(1, 6):
            desk.sandbox.do("move_money", provider=provider, what="fee", amount=-cents)
    desk.looks()
    nets = BalanceLine.objects.order_by("provider", "-net_minor").values_list(
        "net_minor", flat=True
    )
    assert list(nets) == [-1, -2, -3, -4, -5] * 2
