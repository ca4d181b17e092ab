"""Languages: Russian is written in the code, English stands in a catalogue."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = ("ru", "en")
TRANSLATIONS = Path(__file__).parent / "translations"


def compile_catalogues() -> None:
    """Compile every catalogue whose source is newer than its compiled form."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source, compiled)


def _compile(source: Path, compiled: Path) -> None:
    """Write the compiled form in one step: several processes may start at once."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    with NamedTemporaryFile(dir=compiled.parent, suffix=".part", delete=False) as part:
        write_mo(part, catalogue)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(compiled)
