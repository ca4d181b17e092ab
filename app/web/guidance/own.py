"""An expert's own page of controls: qualification, what was agreed, a word after a miss."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import controls as queries
from app.services import controls as services
from app.web.context import actor, now, reading, refusals_flashed, transaction
from app.web.guard import access
from app.web.guidance.blueprint import blueprint


@blueprint.get("/")
@access(Permission.SCORE)
def own() -> str:
    """The acting expert's qualification and controls, exam by exam."""
    with reading() as session:
        exams = queries.list_own(session, by=actor(), at=now())
    return render_template("guidance/own.html", exams=exams)


@blueprint.post("/exams/<uuid:exam_id>/try")
@access(Permission.SCORE)
def begin_try(exam_id: UUID) -> Response:
    """Begin a try of qualification, or go on with it."""
    with refusals_flashed(), transaction() as session:
        services.begin_try(session, exam_id=exam_id, by=actor(), at=now())
    with reading() as session:
        exams = queries.list_own(session, by=actor(), at=now())
    work = next((one.next_work for one in exams if one.exam_id == exam_id), None)
    if work is None:
        return redirect(url_for("guidance.own"))
    return redirect(url_for("scoring.work", work_id=work.assignment_id))


@blueprint.get("/words/<uuid:reading_id>")
@access(Permission.SCORE)
def word(reading_id: UUID) -> str:
    """What the last work was agreed to be worth, and why."""
    with reading() as session:
        found = queries.get_word(session, reading_id=reading_id, by=actor())
    return render_template("guidance/word.html", told=found)


@blueprint.post("/words/<uuid:reading_id>")
@access(Permission.SCORE)
def take_word(reading_id: UUID) -> Response:
    """Go on after the word."""
    with refusals_flashed(), transaction() as session:
        services.take_word(session, reading_id=reading_id, by=actor(), at=now())
    return redirect(url_for("scoring.index"))
