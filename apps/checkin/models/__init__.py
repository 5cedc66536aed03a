from apps.checkin.models.device import Device, DeviceState, Pairing
from apps.checkin.models.door_settings import DoorSettings, EntryRule, Unsynced, settings_of
from apps.checkin.models.door_terms import About, DoorTerms
from apps.checkin.models.doubt_note import Doubt, DoubtNote
from apps.checkin.models.entry import Entry, Standing
from apps.checkin.models.gate import Direction, Gate
from apps.checkin.models.guest_note import GuestNote
from apps.checkin.models.log_entry import DeviceFlag, Flaw, Kind, LogEntry, LogHead
from apps.checkin.models.scan import LET_THROUGH, DecidedBy, Mode, Scan, Verdict
from apps.checkin.models.supervisor import Supervisor
from apps.checkin.models.time_slot import TimeSlot

__all__ = [
    "LET_THROUGH",
    "About",
    "DecidedBy",
    "Device",
    "DeviceFlag",
    "DeviceState",
    "Direction",
    "DoorSettings",
    "DoorTerms",
    "Doubt",
    "DoubtNote",
    "Entry",
    "EntryRule",
    "Flaw",
    "Gate",
    "GuestNote",
    "Kind",
    "LogEntry",
    "LogHead",
    "Mode",
    "Pairing",
    "Scan",
    "Standing",
    "Supervisor",
    "TimeSlot",
    "Unsynced",
    "Verdict",
    "settings_of",
]
