"""`sverka identify`: a roster and scans in, the pages with their codes out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

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
    RejectedFile,
    RejectKind,
    ScanError,
    anonymise,
    read_page,
)
from scanning import identify as decide

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("roster", metavar="ROSTER.json", type=_FILE)
@click.argument("files", metavar="FILE…", type=_FILE, nargs=-1, required=True)
@click.option("-o", "--output", type=_FILE, required=True, help="PAGES.json")
@click.option("--images", type=_FILE, help="Папка для обезличенных страниц (JPEG).")
def identify(roster: Path, files: tuple[Path, ...], output: Path, images: Path | None) -> None:
    """Tie every page of the scans to a participant code (vpr-roster/1 -> vpr-pages/1)."""
    given = _roster(roster)
    with ChildReader() as reader:
        rows, readings = _read(files, given, reader)
        verdicts = decide(
            [reading for _, _, reading in readings], given.issued, pages_expected=given.pages
        )
        pages = [
            PageRow(file=str(path), index=index, verdict=verdict)
            for (path, index, _), verdict in zip(readings, verdicts, strict=True)
        ]
        if images is not None:
            _draw(images, given, reader, readings, pages)
    document = json.dumps(pages_document(rows, pages), ensure_ascii=False, indent=1)
    write_output(output, document.encode())
    _summary(rows, pages)


def _roster(path: Path) -> Roster:
    try:
        return read_roster(read_input(path))
    except (ExchangeError, ScanError) as error:
        raise BadInput(f"{path}: {error}") from error


def _read(
    files: Sequence[Path], roster: Roster, reader: ChildReader
) -> tuple[list[FileRow], list[tuple[Path, int, PageReading]]]:
    rows, readings = [], []
    for path in files:
        try:
            found = _read_file(path, roster, reader)
        except RejectedFile as refusal:
            rows.append(FileRow(file=str(path), pages=0, refusal=refusal))
            click.echo(str(refusal), err=True)
            continue
        rows.append(FileRow(file=str(path), pages=len(found), refusal=None))
        readings += [(path, index, reading) for index, reading in enumerate(found)]
    return rows, readings


def _read_file(path: Path, roster: Roster, reader: ChildReader) -> list[PageReading]:
    try:
        with path.open("rb") as source:
            pages = reader.read(source, name=path.name)
            return [read_page(page, roster.templates) for page in pages]
    except OSError as error:
        raise RejectedFile(RejectKind.UNREADABLE, {"name": path.name}) from error


def _draw(
    folder: Path,
    roster: Roster,
    reader: ChildReader,
    readings: Sequence[tuple[Path, int, PageReading]],
    pages: Sequence[PageRow],
) -> None:
    """Write what experts may see of every named page that was placed, numbered by the stack."""
    folder.mkdir(parents=True, exist_ok=True)
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
