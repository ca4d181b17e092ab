"""A report as a file: PDF to print and sign, XLSX to reckon with."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from app.errors import NotYours
from app.exchange.report_book import ReportSheet, Value, report_workbook
from app.printing.report import Cell, Interval, Report, Section, print_report
from app.web.downloads import XLSX


def report_file(report: Report, kind: str) -> Response:
    """The report in the wanted kind.

    Raises:
        NotYours: there is no such kind.
    """
    match kind:
        case "pdf":
            data, mimetype = print_report(report), "application/pdf"
        case "xlsx":
            data, mimetype = report_workbook(_sheets(report)), XLSX
        case _:
            raise NotYours
    headers = {"Content-Disposition": f'attachment; filename="report.{kind}"'}
    return Response(data, mimetype=mimetype, headers=headers)


def _sheets(report: Report) -> list[ReportSheet]:
    about = [f"{name}: {value}" for name, value in report.facts]
    first = ReportSheet(
        name=_("Об отчёте"), told=(report.name, *about, *report.lead), header=(), rows=()
    )
    return [first, *(_sheet(section) for section in report.sections)]


def _sheet(section: Section) -> ReportSheet:
    """Intervals stand in three columns, so that they can be reckoned with."""
    wide = [
        any(isinstance(row[at], Interval) for row in section.rows)
        for at in range(len(section.header))
    ]
    header: list[str] = []
    for name, three in zip(section.header, wide, strict=True):
        header += [name, f"{name}: {_('от')}", f"{name}: {_('до')}"] if three else [name]
    rows = [
        [
            value
            for cell, three in zip(row, wide, strict=True)
            for value in _values(cell, three=three)
        ]
        for row in section.rows
    ]
    return ReportSheet(
        name=section.heading,
        told=section.told,
        header=header,
        rows=rows,
        charted=section.charted,
    )


def _values(cell: Cell, *, three: bool) -> list[Value]:
    if isinstance(cell, Interval):
        return [cell.value, cell.low, cell.high]
    return [cell, None, None] if three else [cell]
