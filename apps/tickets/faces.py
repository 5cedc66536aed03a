"""The faces and colours of our papers."""

from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
DISPLAY, TEXT, STRONG, OTHER_SCRIPTS = "display", "text", "strong", "other"
FILES = {
    DISPLAY: "ArchivoExpanded-ExtraBold.ttf",
    TEXT: "InstrumentSans-Regular.ttf",
    STRONG: "InstrumentSans-SemiBold.ttf",
    OTHER_SCRIPTS: "NotoSans-SemiBold.ttf",  # also Greek, Cyrillic, Vietnamese
}
INK, QUIET, HAIR = "#0a0b0d", "#4b535c", "#a8b0b9"
