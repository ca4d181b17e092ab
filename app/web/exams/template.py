"""The page template: drawn over a blank page, or taken from a ready layout."""

from __future__ import annotations

import json
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.queries import exams as queries
from app.services import exams as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.guard import access
from app.web.words import exam_title

# A4, five boxes at the top right, name line below them: the layout of the product's own sheets.
STANDARD_LAYOUT = {
    "page_mm": [210, 297],
    "code_box": {"x": 138.0, "y": 16.0, "w": 7.0, "h": 9.0, "pitch": 8.5, "n": 5, "angle": 0.0},
    "name_field": {"x": 20.0, "y": 30.0, "w": 110.0, "h": 8.0},
    "sticker": {"x": 20.0, "y": 8.0, "w": 20.0, "h": 20.0},
    "fiducials_mm": None,
    "fiducial_size": 4.0,
    "visible": [
        {"rect": {"x": 10.0, "y": 46.0, "w": 190.0, "h": 242.0}, "page": None, "task": None}
    ],
    "pages": None,
}


@blueprint.route("/<uuid:exam_id>/template", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def template(exam_id: UUID) -> str | Response:
    """The drawing board of the template."""
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            services.set_template(session, exam_id=exam_id, layout=_layout(), by=actor(), at=now())
            say("Шаблон страницы сохранён. Он действует для сканов, загруженных с этой минуты.")
            return redirect(url_for("exams.exam", exam_id=exam_id))
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
        others = [
            (line.id, exam_title(line))
            for campaign in queries.list_campaigns(session, actor=actor())
            for line in campaign.exams
            if line.has_template and line.id != exam_id
        ]
        taken = _taken(session, found)
    return render_template(
        "exams/template.html", exam=found, layout=_typed_layout() or taken, others=others
    )


def _taken(session: Session, exam: queries.ExamView) -> object:
    """The layout to begin with: another exam's if asked for, its own, or the standard one."""
    wanted = request.args.get("from", type=UUID)
    if wanted is not None:
        other = queries.get_exam(session, exam_id=wanted, actor=actor())
        return other.layout or STANDARD_LAYOUT
    return exam.layout or STANDARD_LAYOUT


def _typed_layout() -> object:
    """What was typed and refused, if it has the parts that the board draws."""
    try:
        match json.loads(request.form.get("layout", "null")):
            case {"code_box": {}, "page_mm": [_, _], "visible": [*_]} as typed:
                return typed
    except json.JSONDecodeError:
        pass
    return None


def _layout() -> dict[str, object]:
    found = _typed_layout()
    if not isinstance(found, dict):
        raise Refusal("Шаблон не прочитан: обновите страницу и нарисуйте области ещё раз.")
    return found
