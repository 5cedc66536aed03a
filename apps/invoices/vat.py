"""What is known of VAT ids: their newest answer from VIES that was one."""

from __future__ import annotations

from apps.invoices.models import VatCheck

_ANSWERS = (VatCheck.Answer.VALID, VatCheck.Answer.INVALID)


def newest_answer(vat_id: str) -> VatCheck | None:
    """Not a time when VIES could not be reached: what it said before still counts."""
    return VatCheck.objects.filter(vat_id=vat_id, answer__in=_ANSWERS).order_by("id").last()


def newest_try(vat_id: str) -> VatCheck | None:
    return VatCheck.objects.filter(vat_id=vat_id).order_by("id").last()


def is_refused(vat_id: str) -> bool:
    """VIES said that nobody has it. Not knowing is no refusal: it is often down."""
    answer = newest_answer(vat_id)
    return answer is not None and answer.answer == VatCheck.Answer.INVALID
