from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Table


class VariantState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("On sale")
    SOLD_OUT = "sold_out", _("Sold out")
    HIDDEN = "hidden", _("Hidden")


# Sold out happens by itself (orders/services/sold_out.py) and ends by itself when a place comes back.
VARIANT_TRANSITIONS: Table = {
    VariantState.DRAFT: (VariantState.LIVE,),
    VariantState.LIVE: (VariantState.SOLD_OUT, VariantState.HIDDEN),
    VariantState.SOLD_OUT: (VariantState.LIVE,),
    VariantState.HIDDEN: (VariantState.LIVE,),
}
