"""`sverka identify`: a roster and scans in, the pages with their codes out."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from app.cli.refusals import BadInput, read_input, write_output
from app.exchange.identify_formats import (
    FileRow,
    PageRow,
    Roster,
    pages_document,
    read_roster,
)
from app.exchange.problems import ExchangeError
from scanning import (
    ChildReader,
    PageReading,
    RawPage,
    RejectedFile,
    RejectKind,
    ScanError,
    Source,
    anonymise,
    likely_pages,
    processes_for,
    read_files,
    read_page,
)
from scanning import identify as decide

_FILE = click.Path(path_type=Path)


@click.command(
    help="Связать каждую страницу сканов с кодом участника (vpr-roster/1 -> vpr-pages/1)."
)
@click.argument("roster", metavar="СПИСОК.json", type=_FILE)
@click.argument("files", metavar="ФАЙЛ…", type=_FILE, nargs=-1, required=True)
@click.option("-o", "--output", type=_FILE, required=True, help="Куда записать страницы (JSON).")
@click.option("--images", type=_FILE, help="Папка для обезличенных страниц (JPEG).")
def identify(roster: Path, files: tuple[Path, ...], output: Path, images: Path | None) -> None:
    """Tie every page of the scans to a participant code (vpr-roster/1 -> vpr-pages/1)."""
    given = _roster(roster)
    drafts = None if images is None else _drafts(images, given)
    rows, readings = _read(files, given, drafts)
    verdicts = decide(
        [reading for _, _, reading in readings], given.issued, pages_expected=given.pages
    )
    pages = [
        PageRow(file=str(path), index=index, verdict=verdict)
        for (path, index, _), verdict in zip(readings, verdicts, strict=True)
    ]
    if drafts is not None:
        _keep_named(drafts, files, pages)
    elif images is not None:
        with ChildReader() as reader:
            _draw(images, given, reader, readings, pages)
    document = json.dumps(pages_document(rows, pages), ensure_ascii=False, indent=1)
    write_output(output, document.encode())
    _summary(rows, pages)


def _roster(path: Path) -> Roster:
    try:
        return read_roster(read_input(path))
    except (ExchangeError, ScanError) as error:
        raise BadInput(f"{path}: {error}") from error


def _drafts(images: Path, roster: Roster) -> Path | None:
    """A folder for pages drawn while they are read; None where a page's number must be known."""
    images.mkdir(parents=True, exist_ok=True)
    areas = (area for template in roster.templates for area in template.areas)
    if any(area.page is not None for area in areas):
        return None
    return Path(tempfile.mkdtemp(prefix=".drafts-", dir=images))


def _read(
    files: Sequence[Path], roster: Roster, drafts: Path | None
) -> tuple[list[FileRow], list[tuple[Path, int, PageReading]]]:
    """A row a file, and every page of those that were not refused, in their order."""
    sources = [Source(name=path.name, opened=partial(_opened, path)) for path in files]
    work = partial(_read_one, roster=roster, drafts=drafts)
    rows: list[FileRow] = []
    readings: list[tuple[Path, int, PageReading]] = []
    found: list[PageReading] = []
    for told in read_files(sources, work, processes=processes_for(_expected(files))):
        if told.result is not None:
            found.append(told.result)
            continue
        path, pages = str(files[told.file]), 0 if told.refusal else len(found)
        rows.append(FileRow(file=path, pages=pages, refusal=told.refusal))
        if told.refusal is None:
            readings += [(files[told.file], index, reading) for index, reading in enumerate(found)]
        else:
            click.echo(str(told.refusal), err=True)
        found = []
    return rows, readings


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise RejectedFile(RejectKind.UNREADABLE, {"name": path.name}) from error


def _expected(files: Sequence[Path]) -> int | None:
    """About how many pages the files hold; None where one of them does not tell."""
    counts = [likely_pages(path.read_bytes()) if path.is_file() else 0 for path in files]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _read_one(place: int, raw: RawPage, *, roster: Roster, drafts: Path | None) -> PageReading:
    """Read a page, and draw what may be shown of it while its pixels are here."""
    reading = read_page(raw, roster.templates)
    if drafts is not None and reading.placement is not None:
        template = roster.templates[reading.placement.template]
        shown = anonymise(raw, reading, template, page=None)
        (drafts / _draft_name(place, raw.index)).write_bytes(shown.page)
    return reading


def _draft_name(place: int, index: int) -> str:
    return f"{place}-{index}.jpg"


def _keep_named(drafts: Path, files: Sequence[Path], pages: Sequence[PageRow]) -> None:
    """Keep the drawings of named pages, numbered by the stack, and no other."""
    places = {str(path): place for place, path in enumerate(files)}
    for number, row in enumerate(pages, start=1):
        draft = drafts / _draft_name(places[row.file], row.index)
        if row.verdict.code is not None and draft.exists():
            draft.rename(drafts.parent / f"{number:06}.jpg")
    shutil.rmtree(drafts)


def _draw(
    folder: Path,
    roster: Roster,
    reader: ChildReader,
    readings: Sequence[tuple[Path, int, PageReading]],
    pages: Sequence[PageRow],
) -> None:
    """Write what experts may see of every named page that was placed, numbered by the stack."""
    wanted = {
        (path, index): (place, reading, row.verdict.page)
        for place, ((path, index, reading), row) in enumerate(zip(readings, pages, strict=True))
        if row.verdict.code is not None and reading.placement is not None
    }
    for path in dict.fromkeys(path for path, _ in wanted):
        with path.open("rb") as source:
            for raw in reader.read(source, name=path.name):
                if (path, raw.index) not in wanted:
                    continue
                place, reading, page = wanted[path, raw.index]
                template = roster.templates[reading.placement.template if reading.placement else 0]
                shown = anonymise(raw, reading, template, page=page)
                (folder / f"{place + 1:06}.jpg").write_bytes(shown.page)


def _summary(rows: Sequence[FileRow], pages: Sequence[PageRow]) -> None:
    refused = sum(row.refusal is not None for row in rows)
    named = sum(row.verdict.code is not None for row in pages)
    person = sum(row.verdict.needs_person for row in pages)
    click.echo(
        f"файлов: {len(rows)}, отклонено: {refused}; страниц: {len(pages)}, "
        f"с кодом: {named}, решает человек: {person}"
    )
