from apps.checkin.models.door_key import DoorKey
from apps.checkin.models.entry import Entry
from apps.checkin.models.gate import Gate
from apps.checkin.models.scan import Mode, Scan, Verdict

__all__ = ["DoorKey", "Entry", "Gate", "Mode", "Scan", "Verdict"]
