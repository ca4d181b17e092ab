"""One expert's controls, and what the chair can do: admit, stop, let go on, read again."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import controls as queries
from app.services import controls as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.lead.blueprint import ADVICE, SIGNALS, blueprint


@blueprint.get("/exams/<uuid:exam_id>/experts/<uuid:expert_id>")
@access(Permission.LEAD_SCORING)
def expert(exam_id: UUID, expert_id: UUID) -> str:
    """An expert's controls."""
    with reading() as session:
        found = queries.get_expert(session, exam_id=exam_id, expert_id=expert_id, actor=actor())
    return render_template("lead/expert.html", view=found, advice=ADVICE, signals=SIGNALS)


@blueprint.post("/exams/<uuid:exam_id>/experts/<uuid:expert_id>/admit")
@access(Permission.LEAD_SCORING)
def admit(exam_id: UUID, expert_id: UUID) -> Response:
    """Let him begin without passing."""
    with refusals_flashed(), transaction() as session:
        services.admit(session, exam_id=exam_id, expert_id=expert_id, by=actor(), at=now())
        say("Эксперт допущен к проверке.")
    return _back(exam_id, expert_id)


@blueprint.post("/exams/<uuid:exam_id>/experts/<uuid:expert_id>/stop")
@access(Permission.LEAD_SCORING)
def stop(exam_id: UUID, expert_id: UUID) -> Response:
    """Let his works wait."""
    with refusals_flashed(), transaction() as session:
        services.stop_expert(
            session,
            exam_id=exam_id,
            expert_id=expert_id,
            why=request.form.get("why", ""),
            by=actor(),
            at=now(),
        )
        say("Проверка эксперта приостановлена: его работы ждут.")
    return _back(exam_id, expert_id)


@blueprint.post("/exams/<uuid:exam_id>/experts/<uuid:expert_id>/resume")
@access(Permission.LEAD_SCORING)
def resume(exam_id: UUID, expert_id: UUID) -> Response:
    """Let him go on."""
    with refusals_flashed(), transaction() as session:
        services.lift_stop(session, exam_id=exam_id, expert_id=expert_id, by=actor(), at=now())
        say("Эксперт может продолжать.")
    return _back(exam_id, expert_id)


@blueprint.post("/exams/<uuid:exam_id>/experts/<uuid:expert_id>/second")
@access(Permission.LEAD_SCORING)
def send_again(exam_id: UUID, expert_id: UUID) -> Response:
    """Send the works since his last good control to second experts."""
    with refusals_flashed(), transaction() as session:
        sent = services.send_to_second(
            session, exam_id=exam_id, expert_id=expert_id, by=actor(), at=now()
        )
        say("Отдано второму эксперту работ: %(count)s.", count=sent.given)
        if sent.nobody:
            say(
                "Для стольких работ второго эксперта не нашлось: %(count)s.",
                "warning",
                count=sent.nobody,
            )
    return _back(exam_id, expert_id)


def _back(exam_id: UUID, expert_id: UUID) -> Response:
    return redirect(url_for("lead.expert", exam_id=exam_id, expert_id=expert_id))
