from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Table


class CodeKind(models.TextChoices):
    PERCENT = "percent", _("Per cent off")
    FIXED = "fixed", _("An amount off each ticket")
    ACCESS = "access", _("Opens tickets that are not shown to all")


class CodeState(models.TextChoices):
    LIVE = "live", _("Works")
    ENDED = "ended", _("Ended")


CODE_TRANSITIONS: Table = {CodeState.LIVE: (CodeState.ENDED,)}


class VoucherState(models.TextChoices):
    LIVE = "live", _("Works")
    BLOCKED = "blocked", _("Blocked")
    EXPIRED = "expired", _("Expired")
    TAKEN_BACK = "taken_back", _("Taken back")


class Origin(models.TextChoices):
    ISSUED = "issued", _("Issued")
    REPLACEMENT = "replacement", _("Instead of another")
    REFUND = "refund", _("From a refund")


# There may be something left on it.
UNFINISHED = (VoucherState.LIVE, VoucherState.BLOCKED)

VOUCHER_TRANSITIONS: Table = {
    VoucherState.LIVE: (VoucherState.BLOCKED, VoucherState.EXPIRED, VoucherState.TAKEN_BACK),
    VoucherState.BLOCKED: (VoucherState.EXPIRED, VoucherState.TAKEN_BACK),
}
