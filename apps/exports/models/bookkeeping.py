from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_digits = RegexValidator(r"^[0-9]+$", _("Digits only."))


# The columns of Bookkeeping that name an account.
ACCOUNTS = (
    "platform", "cash", "terminal", "transit", "fees",
    "provider_fees", "losses", "vouchers", "differences", "unclear",
)  # fmt: skip


class Chart(models.TextChoices):
    SKR03 = "03", "SKR 03"
    SKR04 = "04", "SKR 04"


def _account(label: _StrPromise) -> models.CharField[str, str]:
    return models.CharField(label, max_length=8, validators=[_digits])


class Bookkeeping(models.Model):
    """Under which numbers an organizer's accountant keeps its books in DATEV."""

    organizer = models.OneToOneField(
        Organizer, on_delete=models.PROTECT, related_name="bookkeeping"
    )
    consultant = models.PositiveIntegerField(
        _("consultant number (Berater)"),
        validators=[MinValueValidator(1001), MaxValueValidator(9_999_999)],
    )
    client = models.PositiveIntegerField(
        _("client number (Mandant)"),
        validators=[MinValueValidator(1), MaxValueValidator(99_999)],
    )
    chart = models.CharField(
        _("chart of accounts"), max_length=2, choices=Chart.choices, default=Chart.SKR03
    )
    account_length = models.PositiveSmallIntegerField(
        _("digits of an account"),
        default=4,
        validators=[MinValueValidator(4), MaxValueValidator(8)],
    )
    year_begins = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    platform = _account(_("what the platform owes you"))
    cash = _account(_("cash of the tills"))
    terminal = _account(_("card terminals"))
    transit = _account(_("money on its way (Geldtransit)"))
    fees = _account(_("fees of the platform"))
    fees_key = models.CharField(
        _("tax key (BU) of these fees"), max_length=4, blank=True, validators=[_digits]
    )
    provider_fees = _account(_("fees of payment providers"))
    losses = _account(_("lost disputes"))
    vouchers = _account(_("gift vouchers that are still owed"))
    differences = _account(_("differences of tills"))
    unclear = _account(_("what has to be clarified"))

    class Meta:
        verbose_name = _("accounts in DATEV")
        verbose_name_plural = _("accounts in DATEV")
        constraints = [
            models.CheckConstraint(
                condition=Q(consultant__range=(1001, 9_999_999), client__range=(1, 99_999)),
                name="bookkeeping_numbers",
            ),
            models.CheckConstraint(
                condition=Q(account_length__range=(4, 8), year_begins__range=(1, 12)),
                name="bookkeeping_ranges",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(Exact(Length(name), F("account_length")))
                    & Q(**{f"{name}__regex": "^[0-9]+$"}),
                    name=f"bookkeeping_{name}",
                )
                for name in ACCOUNTS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultant}/{self.client}"


class RevenueAccount(models.Model):
    """Where sales of a tax rate go. Of an account that reckons its tax itself the key is empty."""

    bookkeeping = models.ForeignKey(Bookkeeping, on_delete=models.CASCADE, related_name="revenue")
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    account = models.CharField(max_length=8, validators=[_digits])
    key = models.CharField(max_length=4, blank=True, validators=[_digits])
    # Empty: what a code took off was never revenue (Sofortrabatt).
    discounts = models.CharField(max_length=8, blank=True, validators=[_digits])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bookkeeping", "rate"], name="revenue_account_once"),
            models.CheckConstraint(
                condition=Q(account__regex="^[0-9]{4,8}$", key__regex="^[0-9]*$")
                & Q(discounts__regex="^([0-9]{4,8})?$"),
                name="revenue_account_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate} %: {self.account}"
