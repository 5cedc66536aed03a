"""
English dates as everywhere on our pages: day first, 24 hours. Lists of the console would say p.m., and
not on whose clock: it is UTC's unless somebody asked for another.
"""

from __future__ import annotations

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i T"
