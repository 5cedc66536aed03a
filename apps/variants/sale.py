"""Whether a variant can be had now. Its own state says what its organizer wants, not what its event allows."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.states import OrganizerState
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.states import VariantState


class Sale(models.TextChoices):
    ON_SALE = "on_sale", _("On sale")
    SOLD_OUT = "sold_out", _("Sold out")
    LATER = "later", _("On sale later")
    UNPUBLISHED = "unpublished", _("On sale once published")
    NOT_ON_SALE = "not_on_sale", _("Not on sale")
    DRAFT = "draft", _("Draft")
    HIDDEN = "hidden", _("Hidden")
    OVER = "over", _("Sales are over")
    CALLED_OFF = "called_off", _("Called off")


_OWN = {VariantState.DRAFT: Sale.DRAFT, VariantState.HIDDEN: Sale.HIDDEN}


def sale_of(variant: Variant, *, at: datetime) -> Sale:
    """Reads its event and organizer. Stock is not asked: sold out is what its state says."""
    event = variant.event
    if event.state == EventState.CANCELLED:
        return Sale.CALLED_OFF
    if event.state == EventState.COMPLETED or at >= event.ends_at or variant.closed(at=at):
        return Sale.OVER
    if (own := _OWN.get(VariantState(variant.state))) is not None:
        return own
    if event.organizer.state != OrganizerState.APPROVED:
        return Sale.NOT_ON_SALE
    return (
        _of_published(variant, at=at) if event.state == EventState.PUBLISHED else Sale.UNPUBLISHED
    )


def _of_published(variant: Variant, *, at: datetime) -> Sale:
    if variant.opens_later(at=at):
        return Sale.LATER
    return Sale.SOLD_OUT if variant.state == VariantState.SOLD_OUT else Sale.ON_SALE
