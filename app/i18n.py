"""Languages: Russian is written in the code, English stands in a catalogue."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = ("ru", "en")
TRANSLATIONS = Path(__file__).parent / "translations"


def compile_catalogues() -> None:
    """Compile every catalogue whose source is newer than its compiled form."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        part = compiled.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(compiled)
