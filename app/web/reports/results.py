"""The report on results: on screen, as a certificate in PDF, as XLSX."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request

from app.access import Permission
from app.printing.report import shown
from app.queries import reports as queries
from app.web.context import actor, reading
from app.web.guard import access
from app.web.report_files import report_file
from app.web.reports.documents import results_report
from app.web.reports.door import blueprint


@blueprint.get("/")
@access(Permission.VIEW_EXAM)
def index() -> str:
    """The exams that can be reported on."""
    with reading() as session:
        exams = queries.list_exams(session, actor=actor())
    return render_template(
        "reports/index.html", exams=exams, watches=actor().holds(Permission.WATCH)
    )


@blueprint.get("/exams/<uuid:exam_id>")
@access(Permission.VIEW_EXAM)
def results(exam_id: UUID) -> str:
    """The report on a municipality, a school or a class."""
    found = _found(exam_id)
    place = {"school": found.school_id, "class": found.class_id}
    return render_template(
        "reports/results.html",
        found=found,
        report=results_report(found),
        shown=shown,
        place={key: value for key, value in place.items() if value},
    )


@blueprint.get("/exams/<uuid:exam_id>/report.<kind>")
@access(Permission.VIEW_EXAM)
def results_file(exam_id: UUID, kind: str) -> Response:
    """The same as a file."""
    return report_file(results_report(_found(exam_id)), kind)


def _found(exam_id: UUID) -> queries.ResultsReport:
    with reading() as session:
        return queries.get_results_report(
            session,
            exam_id=exam_id,
            school_id=request.args.get("school", type=UUID),
            class_id=request.args.get("class", type=UUID),
            actor=actor(),
        )
