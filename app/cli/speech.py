"""What the library of commands says by itself, from «Ключи» to «нет такой команды», in Russian."""

from __future__ import annotations

import gettext
import os
from contextlib import suppress
from pathlib import Path

DOMAIN = "click"
PLACE = Path(__file__).parents[1] / "translations"


def speak_russian() -> None:
    """Have click find its sentences in our catalogue, whatever language the system has."""
    # Compiling needs a library that is slow to import, and is done once.
    catalogue = PLACE / "ru" / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = catalogue.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
        from app.i18n import compile_catalogues  # noqa: PLC0415 - see above

        with suppress(OSError):  # a folder that may not be written: then some words are English
            compile_catalogues()
    os.environ["LANGUAGE"] = "ru"
    gettext.bindtextdomain(DOMAIN, PLACE)
    gettext.textdomain(DOMAIN)
