"""Municipal and regional reports and a school's page: on screen, as PDF, as XLSX."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, render_template, request

from app.access import Permission
from app.errors import NotYours
from app.printing.report import Report, shown
from app.queries.fairness import hours as school_queries
from app.queries.fairness import report as queries
from app.web.context import actor, reading
from app.web.fairness.blueprint import blueprint
from app.web.fairness.documents import municipal_report, school_report
from app.web.fairness.region_document import region_report
from app.web.fields import whole
from app.web.guard import access
from app.web.report_files import report_file


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
        "fairness/report.html",
        report=report,
        shown=shown,
        target="fairness.exam_file",
        links=links,
        exam_id=exam_id,
    )


@blueprint.get("/exams/<uuid:exam_id>/report.<kind>")
@access(Permission.WATCH)
def exam_file(exam_id: UUID, kind: str) -> Response:
    """The same as a file."""
    report = _municipal(exam_id)
    if report is None:
        raise NotYours
    return report_file(report, kind)


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
    return report_file(report, kind)


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
    return report_file(school_report(found), kind)


def _municipal(exam_id: UUID) -> Report | None:
    with reading() as session:
        found = queries.get_exam_report(session, exam_id=exam_id, actor=actor())
    return None if found is None else municipal_report(found)


def _regional() -> Report | None:
    subject = request.args.get("subject", "")
    grade, year = request.args.get("grade", type=whole), request.args.get("year", type=whole)
    if not subject or grade is None or year is None:
        abort(400)
    with reading() as session:
        found = queries.list_region_report(
            session, subject=subject, grade=grade, year=year, actor=actor()
        )
    return region_report(found) if found else None
