"""Municipal and regional reports and a school's page: on screen, as PDF, as XLSX."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from app.access import Permission
from app.errors import NotYours
from app.exchange.report_book import ReportSheet, Value, report_workbook
from app.printing.report import Cell, Interval, Report, Section, print_report, shown
from app.queries.fairness import hours as school_queries
from app.queries.fairness import report as queries
from app.web.context import actor, reading
from app.web.fairness.blueprint import blueprint
from app.web.fairness.documents import municipal_report, school_report
from app.web.fairness.region_document import region_report
from app.web.guard import access

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/reports")
@access(Permission.WATCH)
def reports() -> str:
    """Everything that the person can have a report on."""
    with reading() as session:
        found = queries.list_reports(session, actor=actor())
    return render_template("fairness/reports.html", found=found)


@blueprint.get("/exams/<uuid:exam_id>/report")
@access(Permission.WATCH)
def exam_report(exam_id: UUID) -> str:
    """One exam of one municipality."""
    report = _municipal(exam_id)
    links = {kind: {"exam_id": exam_id, "kind": kind} for kind in ("pdf", "xlsx")}
    return render_template(
        "fairness/report.html", report=report, shown=shown, target="fairness.exam_file", links=links
    )


@blueprint.get("/exams/<uuid:exam_id>/report.<kind>")
@access(Permission.WATCH)
def exam_file(exam_id: UUID, kind: str) -> Response:
    """The same as a file."""
    report = _municipal(exam_id)
    if report is None:
        raise NotYours
    return _file(report, kind)


@blueprint.get("/region")
@access(Permission.WATCH)
def region() -> str:
    """The same exam in every municipality."""
    report, place = _regional(), request.args.to_dict()
    links = {kind: {**place, "kind": kind} for kind in ("pdf", "xlsx")}
    return render_template(
        "fairness/report.html",
        report=report,
        shown=shown,
        target="fairness.region_file",
        links=links,
    )


@blueprint.get("/region.<kind>")
@access(Permission.WATCH)
def region_file(kind: str) -> Response:
    """The same as a file."""
    report = _regional()
    if report is None:
        raise NotYours
    return _file(report, kind)


@blueprint.get("/exams/<uuid:exam_id>/schools/<uuid:school_id>.<kind>")
@access(Permission.LODGE_RECHECK)
def school_file(exam_id: UUID, school_id: UUID, kind: str) -> Response:
    """A school's own page as a file."""
    with reading() as session:
        found = school_queries.get_school(
            session, exam_id=exam_id, school_id=school_id, actor=actor()
        )
    if found is None:
        raise NotYours
    return _file(school_report(found), kind)


def _municipal(exam_id: UUID) -> Report | None:
    with reading() as session:
        found = queries.get_exam_report(session, exam_id=exam_id, actor=actor())
    return None if found is None else municipal_report(found)


def _regional() -> Report | None:
    subject = request.args.get("subject", "")
    grade, year = request.args.get("grade", type=int), request.args.get("year", type=int)
    if not subject or grade is None or year is None:
        abort(400)
    with reading() as session:
        found = queries.list_region_report(
            session, subject=subject, grade=grade, year=year, actor=actor()
        )
    return region_report(found) if found else None


def _file(report: Report, kind: str) -> Response:
    match kind:
        case "pdf":
            data, mimetype = print_report(report), "application/pdf"
        case "xlsx":
            data, mimetype = report_workbook(_sheets(report)), _XLSX
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
    return ReportSheet(name=section.heading, told=section.told, header=header, rows=rows)


def _values(cell: Cell, *, three: bool) -> list[Value]:
    if isinstance(cell, Interval):
        return [cell.value, cell.low, cell.high]
    return [cell, None, None] if three else [cell]
