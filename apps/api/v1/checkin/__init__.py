from __future__ import annotations

from ninja import Router

from apps.api.v1.checkin import device, door, guests, log, pair, scans, tickets

router = Router(tags=["check-in"])
for part in (pair, door, tickets, scans, log, device, guests):
    router.add_router("", part.router)
