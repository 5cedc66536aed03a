"""What a phone calls its scans is its own: no other call and no other log can name them."""

from __future__ import annotations

from uuid import UUID, uuid5


def own_id(actor: str, named: UUID) -> UUID:
    """Under which id it is kept. Only `actor` comes to it by that name."""
    return uuid5(named, actor)
