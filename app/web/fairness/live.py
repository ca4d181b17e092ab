"""The chair's page of live charts: warn, stop, what to read again."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries.fairness import live as queries
from app.web.context import actor, reading
from app.web.downloads import statistics_table
from app.web.fairness.blueprint import blueprint
from app.web.fairness.course import course_of
from app.web.fairness.intervals import figure
from app.web.guard import access

_HEADER = ("expert", "kind", "points", "reference", "place", "other")


@blueprint.get("/exams/<uuid:exam_id>/live")
@access(Permission.COMPARE_EXPERTS)
def live(exam_id: UUID) -> str:
    """Every expert's chart."""
    with reading() as session:
        found = queries.get_live(session, exam_id=exam_id, actor=actor())
    lines = [(one, course_of(one.found)) for one in found.lines]
    return render_template("fairness/live.html", view=found, lines=lines, figure=figure)


@blueprint.get("/exams/<uuid:exam_id>/controls.csv")
@access(Permission.COMPARE_EXPERTS)
def live_controls(exam_id: UUID) -> Response:
    """The rows from which `sverka stats control` makes every chart again."""
    with reading() as session:
        found = queries.get_controls_of(session, exam_id=exam_id, actor=actor())
    rows = [
        (
            one.expert[:8],
            one.kind.value,
            int(one.points),
            int(one.reference),
            one.place,
            (one.other or "")[:8],
        )
        for one in found
    ]
    return statistics_table("controls.csv", _HEADER, rows)
