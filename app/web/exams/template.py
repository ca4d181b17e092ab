"""The page template: drawn over a blank page, or taken from a ready layout."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import exams as queries
from app.services import exams as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.exams.layouts import STANDARD_LAYOUT, asked_form, sent_layout, typed_layout
from app.web.fields import whole
from app.web.guard import access
from app.web.words import exam_title

__all__ = ["STANDARD_LAYOUT"]


@blueprint.route("/<uuid:exam_id>/template", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def template(exam_id: UUID) -> str | Response:
    """The drawing board of one of the exam's forms."""
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
        form = asked_form(found)
        others = _others(session, exam_id)
        taken = _taken(session, form)
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            _save(session, exam_id, form)
            say(
                "Шаблон страницы сохранён. Страницы, которые ждут решения, читаются с ним заново: "
                "сканировать их второй раз не нужно."
            )
            return redirect(url_for("exams.exam", exam_id=exam_id))
    return render_template(
        "exams/template.html",
        exam=found,
        form=form,
        layout=typed_layout() or taken,
        others=others,
    )


@blueprint.post("/<uuid:exam_id>/template/retire")
@access(Permission.EDIT_EXAM)
def retire_form(exam_id: UUID) -> Response:
    """Take a form out of use."""
    with refusals_flashed(), transaction() as session:
        number = request.form.get("form", 0, type=whole)
        services.retire_form(session, exam_id=exam_id, form=number, by=actor(), at=now())
        say("Бланк больше не используется. Страницы, прочитанные по нему, остались на месте.")
    return redirect(url_for("exams.exam", exam_id=exam_id))


def _save(session: Session, exam_id: UUID, form: queries.FormView) -> None:
    services.set_template(
        session,
        exam_id=exam_id,
        layout=sent_layout(),
        form=form.number or None,
        title=request.form.get("title", ""),
        by=actor(),
        at=now(),
    )


def _others(session: Session, exam_id: UUID) -> list[tuple[UUID, object]]:
    """Exams whose form can be taken over."""
    return [
        (line.id, exam_title(line))
        for campaign in queries.list_campaigns(session, actor=actor())
        for line in campaign.exams
        if line.has_template and line.id != exam_id
    ]


def _taken(session: Session, form: queries.FormView) -> dict[str, Any]:
    """The layout to begin with: another exam's if asked for, else the form's own."""
    wanted = request.args.get("from", type=UUID)
    if wanted is None:
        return form.layout
    other = queries.get_exam(session, exam_id=wanted, actor=actor())
    return other.layout or STANDARD_LAYOUT
