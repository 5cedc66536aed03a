"""German dates as in English: short, and with the clock they are of."""

from __future__ import annotations

DATE_FORMAT = "j. F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. N Y, H:i T"
