"""Under which numbers an organizer's accountant books."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.exports.datev import standard
from apps.exports.datev.books import revenue_of
from apps.exports.datev.standard import Revenue
from apps.exports.models import Bookkeeping
from apps.exports.models.bookkeeping import ACCOUNTS

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Bookkeeping]
else:
    _ModelForm = forms.ModelForm

NUMBERS = ("consultant", "client", "chart", "account_length", "year_begins")


class BookkeepingForm(_ModelForm):
    """
    The accounts may be left to the chart: then its usual ones are taken. So they are when another chart
    or length is chosen, for what was as usual before.
    """

    revenue = forms.CharField(
        label=gettext_lazy("Revenue accounts"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=gettext_lazy(
            "One line for each tax rate: rate, account, then if you need them the tax key (BU) and the"
            " account of discounts, each after a semicolon. An automatic account needs no key. Without an"
            " account of discounts sales are booked as they were paid."
        ),
    )

    class Meta:
        model = Bookkeeping
        fields = (*NUMBERS, *ACCOUNTS[:5], "fees_key", *ACCOUNTS[5:])

    def __init__(self, data: Mapping[str, str] | None = None, *, instance: Bookkeeping) -> None:
        super().__init__(data, instance=instance, label_suffix="")
        self.fields["revenue"].initial = _written(revenue_of(instance))
        before = instance.chart, instance.account_length
        self.usual_before = standard.accounts(*before)
        self.revenue_before = _written(standard.revenue(*before))
        for name in ACCOUNTS:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not {"chart", "account_length"} <= cleaned.keys():
            return cleaned
        chart, length = cleaned["chart"], cleaned["account_length"]
        for name, usual in standard.accounts(chart, length).items():
            if name not in self.errors:
                typed = cleaned.get(name)
                as_usual = not typed or typed == self.usual_before[name]
                cleaned[name] = usual if as_usual else typed
                self._check_length(name, cleaned[name], length)
        self._clean_revenue(cleaned)
        return cleaned

    def _check_length(self, field: str, account: str, length: int) -> None:
        if len(account) != length:
            text = _("%(account)s has not %(length)d digits.")
            self.add_error(field, text % {"account": account, "length": length})

    def _clean_revenue(self, cleaned: dict[str, Any]) -> None:
        length = cleaned["account_length"]
        typed = cleaned["revenue"].replace("\r", "").strip()
        if typed in {"", self.revenue_before}:
            cleaned["rates"] = standard.revenue(cleaned["chart"], length)
            return
        rates: dict[Decimal, Revenue] = {}
        for line in filter(str.strip, typed.splitlines()):
            try:
                rate, one = _read(line)
            except ValueError:
                self.add_error("revenue", _("“%s” is not understood.") % line.strip())
                continue
            if rate in rates:
                self.add_error("revenue", _("%s %% is there twice.") % rate)
            for account in filter(None, (one.account, one.discounts)):
                self._check_length("revenue", account, length)
            rates[rate] = one
        cleaned["rates"] = rates

    def rates(self) -> Mapping[Decimal, Revenue]:
        found: Mapping[Decimal, Revenue] = self.cleaned_data["rates"]
        return found


def _read(line: str) -> tuple[Decimal, Revenue]:
    """:raises ValueError:"""
    cells = [cell.strip() for cell in line.split(";")]
    rate, account, key, discounts, *more = [*cells, "", "", ""][: max(len(cells), 4)]
    for digits in (account, key or "0", discounts or "0"):
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(line)
    number = rate.replace(",", ".").removesuffix("%").strip()
    if more or len(key) > 4 or not number.replace(".", "", 1).isdigit() or len(number) > 5:
        raise ValueError(line)
    return Decimal(number).quantize(Decimal("0.01")), Revenue(account, key, discounts)


def _written(rates: Mapping[Decimal, Revenue]) -> str:
    lines = []
    for rate, one in sorted(rates.items(), reverse=True):
        cells = [f"{rate.normalize():f}", one.account, one.key, one.discounts]
        lines.append(";".join(cells).rstrip(";"))
    return "\n".join(lines)
