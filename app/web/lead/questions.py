"""Questions on criteria answered, a criterion read anew, works opened again for it alone."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import clarify as queries
from app.services import clarify as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.lead.blueprint import blueprint


@blueprint.get("/exams/<uuid:exam_id>/questions")
@access(Permission.LEAD_SCORING)
def questions(exam_id: UUID) -> str:
    """Questions of an exam, and its criteria."""
    with reading() as session:
        found = queries.get_chair_questions(session, exam_id=exam_id, actor=actor())
    return render_template("lead/questions.html", view=found)


@blueprint.post("/exams/<uuid:exam_id>/questions/<uuid:question_id>")
@access(Permission.LEAD_SCORING)
def answer_question(exam_id: UUID, question_id: UUID) -> Response:
    """Answer for all experts."""
    with refusals_flashed(), transaction() as session:
        words = request.form.get("answer", "")
        services.answer(session, question_id=question_id, words=words, by=actor(), at=now())
        say("Ответ виден всем экспертам рядом с критерием.")
    return redirect(url_for("lead.questions", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/criteria/<uuid:criterion_id>")
@access(Permission.LEAD_SCORING)
def read_anew(exam_id: UUID, criterion_id: UUID) -> Response:
    """Change how a criterion is read."""
    with refusals_flashed(), transaction() as session:
        services.read_anew(
            session,
            criterion_id=criterion_id,
            guide=request.form.get("guide", ""),
            why=request.form.get("why", ""),
            by=actor(),
            at=now(),
        )
        say("Чтение критерия изменено. Ниже — работы, проверенные по прежнему.")
    return redirect(url_for("lead.questions", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/criteria/<uuid:criterion_id>/reopen")
@access(Permission.LEAD_SCORING)
def reopen_works(exam_id: UUID, criterion_id: UUID) -> Response:
    """Open works again for this criterion alone."""
    with refusals_flashed(), transaction() as session:
        count = services.reopen_works(session, criterion_id=criterion_id, by=actor(), at=now())
        say("Открыто заново работ: %(count)s. Они в списках экспертов.", count=count)
    return redirect(url_for("lead.questions", exam_id=exam_id))
