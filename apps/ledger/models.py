from __future__ import annotations

from django.db import models


class LedgerAccount(models.Model):
    """One account in one currency, e.g. "clearing:stripe" in EUR. Append-only; see chart.py."""

    code = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "currency"], name="ledger_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"


class Posting(models.Model):
    """
    A business fact in the books. Append-only; a correction is another posting.

    `lines` is the number of its entries: no entry can be added to it later (migration 0002).
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)  # "sale:order:7": posting twice is once
    subject = models.CharField(max_length=80)  # what it is about, "orders.order:7"
    lines = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="posting_subject")]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """A line of a posting. Debit is positive, credit negative; a posting sums to zero per currency."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    # A constraint would lock the shared account rows with every sale. Accounts are never deleted,
    # and the trigger that balances a posting refuses an entry without one.
    account = models.ForeignKey(
        LedgerAccount,
        on_delete=models.PROTECT,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    amount_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["account", "id"], include=["amount_minor"], name="entry_tail")
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="entry_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount_minor}"


class Checkpoint(models.Model):
    """The balance of an account over all its entries up to and including `entry_id`."""

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="checkpoints")
    entry_id = models.BigIntegerField()
    balance_minor = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "entry_id"], name="checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} at {self.entry_id}: {self.balance_minor}"


class Closing(models.Model):
    """
    The entries with after_entry < id <= up_to_entry are summed in its `DaySum`s, and in no other's.
    Append-only: what is booked later comes into the next one, whatever day it is of.
    """

    after_entry = models.BigIntegerField(unique=True)
    up_to_entry = models.BigIntegerField(unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(up_to_entry__gt=models.F("after_entry")),
                name="closing_covers_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.after_entry} to {self.up_to_entry}"


class DaySum(models.Model):
    """
    What postings of one kind and day (UTC) moved on an account, as far as one closing goes.

    organizer: whose accounts these postings touch, so that shared accounts (fees, refunds on their
    way) are told apart; 0: nobody's. Its id as in the codes: the ledger knows no organizers.
    """

    # The constraint below is its index.
    closing = models.ForeignKey(
        Closing, on_delete=models.PROTECT, related_name="sums", db_index=False
    )
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="sums", db_index=False
    )
    organizer = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    entries = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "day"], name="day_sum_of_account"),
            models.Index(fields=["organizer", "day"], name="day_sum_of_organizer"),
            models.Index(fields=["day"], name="day_sum_of_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "account", "organizer", "kind", "day"], name="day_sum_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.kind} {self.day}: {self.amount_minor}"
