"""An expert asks the chair about a criterion and reads all answers."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.desk import CriteriaClosed
from app.queries import clarify as queries
from app.services import clarify as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.guidance.blueprint import blueprint


@blueprint.get("/exams/<uuid:exam_id>/questions")
@access(Permission.SCORE)
def questions(exam_id: UUID) -> str | Response:
    """Answers of the exam and one's own questions."""
    try:
        with reading() as session:
            found = queries.get_own_questions(session, exam_id=exam_id, by=actor(), at=now())
    except CriteriaClosed as refusal:
        say(refusal.text, "warning", **refusal.params)
        return redirect(url_for("scoring.index"))
    chosen = request.args.get("criterion", "")
    return render_template("guidance/questions.html", view=found, chosen=chosen)


@blueprint.post("/exams/<uuid:exam_id>/questions")
@access(Permission.SCORE)
def ask(exam_id: UUID) -> Response:
    """Ask about a criterion."""
    label = request.form.get("criterion", "")
    with refusals_flashed(), transaction() as session:
        services.ask(
            session,
            exam_id=exam_id,
            criterion=label,
            words=request.form.get("words", ""),
            by=actor(),
            at=now(),
        )
        say("Вопрос у председателя. Ответ увидят все эксперты, без вашего имени.")
    return redirect(url_for("guidance.questions", exam_id=exam_id, criterion=label))
