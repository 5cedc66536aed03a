"""The secret of an invitation's link is derived from the row: nothing that opens a team lies in the table."""

from __future__ import annotations

from datetime import datetime

from django.core.signing import BadSignature, Signer

from apps.accounts.models import Invitation

_signer = Signer(salt="accounts.invitation", sep=".")


def secret_of(invitation: Invitation) -> str:
    return _signer.sign(str(invitation.pk))


def invitation_with(secret: str, *, at: datetime) -> Invitation | None:
    """None: no such invitation, or it is used, taken back or too old."""
    try:
        number = _signer.unsign(secret)
    except BadSignature:
        return None
    return (
        Invitation.objects.select_related("organizer", "invited_by")
        .filter(pk=number, accepted_at=None, expires_at__gt=at)
        .first()
    )
