"""A school's page: what it received, and its spread over its experts."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import plans as queries
from app.services import planning
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.plans.blueprint import blueprint
from app.web.plans.wording import SCHEMES


@blueprint.get("/exams/<uuid:exam_id>/schools/<uuid:school_id>")
@access(Permission.SPREAD_SCRIPTS)
def received(exam_id: UUID, school_id: UUID) -> str:
    """What the school received, and who has it."""
    with reading() as session:
        found = queries.get_received(session, exam_id=exam_id, school_id=school_id, actor=actor())
    return render_template("plans/received.html", share=found, schemes=SCHEMES)


@blueprint.post("/exams/<uuid:exam_id>/schools/<uuid:school_id>/spread")
@access(Permission.SPREAD_SCRIPTS)
def spread(exam_id: UUID, school_id: UUID) -> Response:
    """A draft of the spread."""
    way = url_for("plans.received", exam_id=exam_id, school_id=school_id)
    with refusals_flashed(), transaction() as session:
        draft = planning.spread_in_school(
            session,
            exam_id=exam_id,
            school_id=school_id,
            seed=(exam_id.int ^ school_id.int) % 2**31,
            by=actor(),
            at=now(),
        )
        say("Черновик готов. Посмотрите нагрузку и опубликуйте.")
        way = url_for("plans.draft", plan_id=draft.id)
    return redirect(way)
