"""The fonts of printed sheets: DejaVu, because reportlab's own have no Cyrillic."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
MONO = "DejaVuSansMono"


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab, once in a process; matplotlib's package carries them."""
    spec = find_spec("matplotlib")  # found, not imported: only its files are needed
    folder = Path(str(spec.origin if spec else "")).parent / "mpl-data" / "fonts" / "ttf"
    for name in (PLAIN, BOLD, MONO):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
