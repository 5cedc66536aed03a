from __future__ import annotations

from apps.exports.models.bookkeeping import Bookkeeping, RevenueAccount
from apps.exports.models.export import Export, Form
from apps.exports.models.file import Download, ExportFile, FilePart
from apps.exports.models.schedule import ExportSchedule

__all__ = [
    "Bookkeeping",
    "Download",
    "Export",
    "ExportFile",
    "ExportSchedule",
    "FilePart",
    "Form",
    "RevenueAccount",
]
