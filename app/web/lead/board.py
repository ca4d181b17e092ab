"""The chair's board of an exam, and what he does from it."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import chair_board as queries
from app.services import controls as services
from app.services import planning
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fairness.intervals import figure
from app.web.guard import access
from app.web.lead.blueprint import blueprint
from app.web.results.attention import KINDS
from scoring.fairness.ratings import TOTAL


@blueprint.get("/exams/<uuid:exam_id>")
@access(Permission.LEAD_SCORING)
def board(exam_id: UUID) -> str:
    """The board."""
    with reading() as session:
        found = queries.get_board(session, exam_id=exam_id, actor=actor(), at=now())
    return render_template(
        "lead/board.html",
        board=found,
        progress=found.progress,
        exam_id=exam_id,
        kinds=KINDS,
        figure=figure,
        total=TOTAL,
    )


@blueprint.get("/exams/<uuid:exam_id>/progress")
@access(Permission.LEAD_SCORING)
def progress(exam_id: UUID) -> str:
    """The part of the board that its script asks for anew."""
    with reading() as session:
        found = queries.get_progress(session, exam_id=exam_id, actor=actor(), at=now())
    return render_template("lead/_progress.html", progress=found, exam_id=exam_id, kinds=KINDS)


@blueprint.post("/exams/<uuid:exam_id>/replan")
@access(Permission.LEAD_SCORING)
def replan(exam_id: UUID) -> Response:
    """Have a draft made that changes least; the coordinator publishes it."""
    with refusals_flashed(), transaction() as session:
        planning.replan(session, exam_id=exam_id, seed=exam_id.int % 2**31, by=actor(), at=now())
        say("Черновик с наименьшими изменениями готов: его смотрит и публикует координатор.")
    return redirect(url_for("lead.board", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/experts/<uuid:expert_id>/hand-on")
@access(Permission.LEAD_SCORING)
def hand_on(exam_id: UUID, expert_id: UUID) -> Response:
    """Give works that the expert has not begun to others."""
    with refusals_flashed(), transaction() as session:
        moved = services.hand_on(
            session,
            exam_id=exam_id,
            expert_id=expert_id,
            works=None if "all" in request.form else request.form.getlist("work", type=UUID),
            to=request.form.get("to", type=UUID),
            by=actor(),
            at=now(),
        )
        say("Передано другим экспертам работ: %(count)s.", count=moved.given)
        if moved.nobody:
            say("Для стольких работ никто не подошёл: %(count)s.", "warning", count=moved.nobody)
    return redirect(url_for("lead.expert", exam_id=exam_id, expert_id=expert_id))


@blueprint.post("/exams/<uuid:exam_id>/close")
@access(Permission.LEAD_SCORING)
def close(exam_id: UUID) -> Response:
    """End scoring."""
    with refusals_flashed(), transaction() as session:
        services.close_scoring(session, exam_id=exam_id, by=actor(), at=now())
        say("Проверка закрыта: баллы можно только смотреть.")
    return redirect(url_for("lead.board", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/open")
@access(Permission.LEAD_SCORING)
def reopen(exam_id: UUID) -> Response:
    """Let scoring go on."""
    with refusals_flashed(), transaction() as session:
        services.open_scoring(session, exam_id=exam_id, by=actor(), at=now())
        say("Проверка снова открыта.")
    return redirect(url_for("lead.board", exam_id=exam_id))
