from __future__ import annotations

from django.urls import path

from apps.checkin.views import (
    app,
    blocked,
    board,
    devices,
    doubts,
    gates,
    index,
    live,
    report,
    scans,
    setup,
    supervisors,
)

app_name = "checkin"

urlpatterns = [
    path("door/", app.page, name="index"),
    path("door/sw.js", app.service_worker, name="service_worker"),
    path("door/manifest.webmanifest", app.manifest, name="manifest"),
    path("door/events/", index.events, name="events"),
    path("door/<slug:slug>/", index.door, name="door"),
    path("door/<slug:slug>/scans/", scans.scans, name="scans"),
    path("door/<slug:slug>/entries/<uuid:scan_id>/reversal/", scans.reversal, name="reversal"),
    path("door/<slug:slug>/blocked/", blocked.block_list, name="blocked"),
    path("door/<slug:slug>/blocked/<str:reference>/release/", blocked.release, name="release"),
    path("door/<slug:slug>/board/", board.board, name="board"),
    path("door/<slug:slug>/board/numbers/", board.numbers, name="board_numbers"),
    path("door/<slug:slug>/doubts/", doubts.doubts, name="doubts"),
    path(
        "door/<slug:slug>/doubts/<slug:kind>/<slug:subject>/notes/",
        doubts.notes,
        name="doubt_notes",
    ),
    path("door/<slug:slug>/devices/<int:device_id>/taking-in/", doubts.taking_in, name="taking_in"),
    path("door/<slug:slug>/report/", report.report, name="report"),
    path("door/<slug:slug>/report/entries.csv", report.entries_csv, name="entries_csv"),
    path("door/<slug:slug>/report/scans.csv", report.scans_csv, name="scans_csv"),
    path("live/door/<slug:slug>/", live.stream, name="stream"),
    path("door/<slug:slug>/setup/", setup.setup, name="setup"),
    path("door/<slug:slug>/settings/", setup.door_settings, name="settings"),
    path("door/<slug:slug>/slots/", setup.slots, name="slots"),
    path("door/<slug:slug>/gates/", gates.gates, name="gates"),
    path("door/<slug:slug>/gates/<int:gate_id>/", gates.gate, name="gate"),
    path("door/<slug:slug>/gates/<int:gate_id>/removal/", gates.removal, name="gate_removal"),
    path("door/<slug:slug>/supervisors/", supervisors.supervisors, name="supervisors"),
    path(
        "door/<slug:slug>/supervisors/<int:supervisor_id>/retirement/",
        supervisors.retirement,
        name="retirement",
    ),
    path("door/<slug:slug>/pairings/", devices.pairings, name="pairings"),
    path(
        "door/<slug:slug>/pairings/<int:pairing_id>/withdrawal/",
        devices.withdrawal,
        name="withdrawal",
    ),
    path("door/<slug:slug>/devices/", devices.devices, name="devices"),
    path("door/<slug:slug>/devices/<int:device_id>/", devices.device, name="device"),
    path(
        "door/<slug:slug>/devices/<int:device_id>/revocation/",
        devices.revocation,
        name="revocation",
    ),
]
