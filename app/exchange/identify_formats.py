"""vpr-roster/1 read and vpr-pages/1 written: what `sverka identify` takes and gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.exchange.problems import ExchangeError
from scanning import IssuedCodes, LayoutError, PageTemplate, PageVerdict, RejectedFile

ROSTER_FORMAT = "vpr-roster/1"
PAGES_FORMAT = "vpr-pages/1"
MOST_PAGES = 200


class RosterError(ExchangeError):
    """A roster that cannot be used: the sentence names path, value and expectation."""

    def __init__(self, *, path: str, value: object, expected: str) -> None:
        super().__init__(
            "Список кодов и макет, %(path)s: значение %(value)s не подходит, "
            "ожидается %(expected)s.",
            path=path,
            value=repr(value),
            expected=expected,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """What a bundle is read against: issued codes, forms, pages of a script."""

    issued: IssuedCodes
    templates: tuple[PageTemplate, ...]
    pages: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRow:
    """How one file fared: its pages, or the refusal."""

    file: str
    pages: int
    refusal: RejectedFile | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRow:
    """One page: where it stood and what was decided."""

    file: str
    index: int
    verdict: PageVerdict


def read_roster(content: bytes) -> Roster:
    """The roster in a JSON file.

    Raises:
        RosterError: it is no JSON, or a value is missing, unknown or impossible.
        scanning.ScanError: the same of a layout or a code.
    """
    try:
        given = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RosterError(path="$", value=str(error), expected="файл JSON") from error
    if not isinstance(given, dict):
        raise RosterError(path="$", value=given, expected="объект")
    for key in given:
        if key not in ("format", "codes", "layout", "layouts", "pages"):
            raise RosterError(path=key, value=given[key], expected="codes, layout(s), pages")
    if given.get("format") != ROSTER_FORMAT:
        raise RosterError(path="format", value=given.get("format"), expected=ROSTER_FORMAT)
    return Roster(
        issued=IssuedCodes.of(_codes(given.get("codes"))),
        templates=_templates(given),
        pages=_pages(given.get("pages")),
    )


def pages_document(files: Sequence[FileRow], pages: Sequence[PageRow]) -> dict[str, Any]:
    """The vpr-pages/1 document."""
    return {
        "format": PAGES_FORMAT,
        "files": [_file(row) for row in files],
        "pages": [_page(row) for row in pages],
    }


def _codes(value: object) -> list[str]:
    if not isinstance(value, list):
        raise RosterError(path="codes", value=value, expected="список строк из цифр")
    for index, code in enumerate(value):
        if not isinstance(code, str):
            raise RosterError(path=f"codes[{index}]", value=code, expected="строка из цифр")
    return value


def _templates(given: dict[str, Any]) -> tuple[PageTemplate, ...]:
    if ("layout" in given) == ("layouts" in given):
        both = {key: given[key] for key in ("layout", "layouts") if key in given}
        raise RosterError(path="layout", value=both, expected="либо layout, либо layouts")
    layouts = given.get("layouts", [given.get("layout")])
    if not isinstance(layouts, list) or not layouts:
        raise RosterError(path="layouts", value=layouts, expected="непустой список макетов")
    return tuple(_template(layout, path=f"layouts[{at}]") for at, layout in enumerate(layouts))


def _template(layout: object, *, path: str) -> PageTemplate:
    try:
        return PageTemplate.from_layout(layout)
    except LayoutError as error:
        raise error.inside(path) from error


def _pages(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PAGES:
        raise RosterError(
            path="pages", value=value, expected=f"число от 1 до {MOST_PAGES} или null"
        )
    return value


def _file(row: FileRow) -> dict[str, object]:
    return {
        "file": row.file,
        "outcome": "ok" if row.refusal is None else "rejected",
        "why": None if row.refusal is None else f"{row.refusal.kind}: {row.refusal}",
        "pages": row.pages,
    }


def _page(row: PageRow) -> dict[str, object]:
    verdict = row.verdict
    return {
        "file": row.file,
        "index": row.index,
        "kind": verdict.kind.value,
        "code": verdict.code,
        "page": verdict.page,
        "rotation": verdict.rotation,
        "source": None if verdict.source is None else verdict.source.value,
        "confidence": verdict.confidence,
        "needs_person": verdict.needs_person,
        "why": None if verdict.why is None else f"{verdict.why}: {verdict.sentence}",
        "candidates": [
            {"code": item.code, "confidence": item.confidence} for item in verdict.candidates
        ],
    }
