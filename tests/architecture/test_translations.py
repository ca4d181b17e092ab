"""Every text that a page may show exists in English, whole and with its places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from gettext import GNUTranslations
from pathlib import Path

import pytest

from app import i18n
from tests.architecture.catalogue import (
    CATALOGUE,
    CYRILLIC,
    PLACE,
    gluing_modules,
    known_texts,
    wanted_texts,
)

STATIC = Path(i18n.__file__).parent / "web" / "static"


def test_every_text_of_a_page_has_its_english_translation() -> None:
    known = known_texts()
    assert sorted(text for text in wanted_texts() if not known.get(text)) == []


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    assert sorted(known_texts().keys() - wanted_texts()) == []


def test_a_translation_has_the_places_of_its_original() -> None:
    wrong = [
        russian
        for russian, english in known_texts().items()
        if sorted(set(PLACE.findall(russian))) != sorted(set(PLACE.findall(english)))
    ]
    assert wrong == []


def test_no_text_is_glued_from_parts() -> None:
    assert gluing_modules() == frozenset()


def test_scripts_of_the_browser_hold_no_texts() -> None:
    speaking = [path.name for path in STATIC.rglob("*.js") if CYRILLIC.search(path.read_text())]
    assert speaking == []


def test_a_fresh_checkout_compiles_its_catalogue_though_several_processes_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(CATALOGUE.read_bytes())
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    with ThreadPoolExecutor(4) as workers:
        for started in [workers.submit(i18n.compile_catalogues) for _ in range(4)]:
            started.result()
    with (folder / "messages.mo").open("rb") as file:
        assert GNUTranslations(file).gettext("Эксперт") == "Expert"
    assert [path.name for path in folder.iterdir() if path.suffix == ".part"] == []
