"""The books: from the account to its entries, to the posting, to what it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.book_words import kind_words, names_of_accounts, sources_of
from apps.console.desk import Desk
from apps.console.forms.ledger import DayForm, EntriesForm
from apps.console.selectors.ledger import Page, Wanted, kinds_on, newer_than, older_than
from apps.core import csv_stream
from apps.core.money import Money, total
from apps.ledger.balances import balance
from apps.ledger.chart import Code, is_of_organizer
from apps.ledger.models import LedgerAccount, Posting
from apps.ledger.sums import balances_at_end_of


def account(request: HttpRequest, desk: Desk, row: LedgerAccount) -> HttpResponse:
    shared = not is_of_organizer(row.code)
    form = EntriesForm(request.GET or None, kinds=kinds_on(row), shared=shared)
    wanted = form.wanted()
    chosen = {name: value for name, value in form.data.items() if name in form.fields and value}
    return desk.render(
        request,
        "console/ledger_account.html",
        row,
        title=row.code,
        account=row,
        words=names_of_accounts([row.code])[row.code],
        balance=balance(Code(row.code), row.currency),
        form=form,
        chosen=chosen,
        page=_page(request, row, wanted),
    )


def _page(request: HttpRequest, row: LedgerAccount, wanted: Wanted) -> Page:
    before, after = (request.GET.get(name, "") for name in ("before", "after"))
    if after.isdecimal():
        return newer_than(row, wanted, int(after))
    return older_than(row, wanted, int(before) if before.isdecimal() else None)


def posting(request: HttpRequest, desk: Desk, row: Posting) -> HttpResponse:
    entries = list(row.entries.select_related("account").order_by("pk"))
    names = names_of_accounts(entry.account.code for entry in entries)
    return desk.render(
        request,
        "console/posting.html",
        row,
        title=kind_words(row.kind),
        posting=row,
        entries=[(entry, names[entry.account.code]) for entry in entries],
        sources=sources_of(row),
    )


def trial_balance(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = DayForm(request.GET or None, today=now().astimezone(UTC).date())
    day = form.chosen()
    balances = balances_at_end_of(day)
    names = names_of_accounts(code for code, _currency in balances)
    accounts = {(a.code, a.currency): a.pk for a in LedgerAccount.objects.all()}
    currencies = sorted({currency for _code, currency in balances})
    books = [
        (
            currency,
            [
                (accounts[code, of], code, names[code], money)
                for (code, of), money in balances.items()
                if of == currency
            ],
            *_sides([money for (_code, of), money in balances.items() if of == currency], currency),
        )
        for currency in currencies
    ]
    return desk.render(
        request,
        "console/trial_balance.html",
        None,
        title=_("Trial balance"),
        form=form,
        day=day,
        books=books,
    )


def trial_balance_csv(request: HttpRequest, _desk: Desk) -> StreamingHttpResponse:
    day = DayForm(request.GET or None, today=now().astimezone(UTC).date()).chosen()
    head = [_("Account"), _("Name"), _("Currency"), _("Debit"), _("Credit")]
    return csv_stream.response(f"trial-balance-{day}", head, _lines(balances_at_end_of(day)))


def _lines(balances: dict[tuple[Code, str], Money]) -> Iterator[list[Any]]:
    names = names_of_accounts(code for code, _currency in balances)
    for (code, currency), money in balances.items():
        debit, credit = (money, "") if money.minor > 0 else ("", -money)
        yield [code, names[code], currency, debit, credit]


def _sides(balances: list[Money], currency: str) -> tuple[Money, Money]:
    """All debits and all credits: the same, if the books balance."""
    nothing = Money.zero(currency)
    debit = total((money for money in balances if money > nothing), currency)
    return debit, debit - total(balances, currency)
