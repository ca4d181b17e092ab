"""A report of figures: sentences, pictures and tables, as a page shows it and as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.printing.picture import Picture, drawing
from app.printing.sheets import (
    WIDTH_MM,
    body,
    build_pdf,
    fact,
    fitted_widths_mm,
    heading,
    ruled_table,
    small,
    title,
)

_SHORT_ROWS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


Cell = str | int | float | Interval | None
"""What stands in a table; None where data do not reach."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One part of a report.

    Attributes:
        heading: What it is about.
        told: Its sentences.
        picture: A picture of the table, if one can be drawn.
        header: The table's columns.
        rows: Its rows.
        charted: The column that a workbook draws against the first one.
    """

    heading: str
    told: tuple[str, ...]
    picture: Picture | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    charted: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report.

    Attributes:
        name: Its name.
        facts: What it is about: name and value.
        lead: What stands before everything.
        sections: Its parts.
    """

    name: str
    facts: tuple[tuple[str, str], ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]


def shown(cell: Cell) -> str:
    """A cell as people read it: a comma, a real minus, a dash where data do not reach."""
    match cell:
        case None:
            return "—"
        case Interval():
            return f"{_number(cell.value)} ({_number(cell.low)}…{_number(cell.high)})"
        case float():
            return _number(cell)
        case _:
            return str(cell)


def _number(value: float) -> str:
    text = f"{value:.2f}".replace(".", ",")
    return "0,00" if text == "-0,00" else text.replace("-", "−")


def print_report(report: Report) -> bytes:
    """The report as PDF."""
    story: list[Flowable] = [title(report.name)]
    story += [fact(name, value) for name, value in report.facts]
    story += [body(line) for line in report.lead]
    for section in report.sections:
        story += _section(section)
    return build_pdf(story, name=report.name)


def _section(section: Section) -> list[Flowable]:
    head: list[Flowable] = [Spacer(1, 8), heading(section.heading)]
    head += [body(line) for line in section.told]
    if section.picture is not None:
        head += [drawing(section.picture, width_mm=WIDTH_MM), small(section.picture.label)]
    story: list[Flowable] = [KeepTogether(head)]
    if section.rows:
        cells = [[shown(cell) for cell in row] for row in section.rows]
        widths = fitted_widths_mm(section.header, cells)
        numbers = _numbers(section.rows)
        table = ruled_table(section.header, cells, widths_mm=widths, numbers=numbers)
        # A short table stands with its picture: figures on another page are not compared.
        story = [KeepTogether([*head, table])] if len(cells) <= _SHORT_ROWS else [*story, table]
    return story


def _numbers(rows: Sequence[Sequence[Cell]]) -> frozenset[int]:
    """The columns that hold figures alone."""
    columns = enumerate(zip(*rows, strict=True))
    return frozenset(at for at, column in columns if not any(isinstance(c, str) for c in column))
