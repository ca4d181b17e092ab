"""Trying a form on sample pages while it is being drawn; nothing of them is kept."""

from __future__ import annotations

import base64
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import lazy_gettext as _

from app.access import Permission
from app.bridge.trial import MOST_PAGES, Trial, first_page, try_form
from app.errors import NotYours, Refusal
from app.queries.exams import ExamView, get_exam
from app.web import words
from app.web.context import REFUSALS, actor, reading
from app.web.exams.blueprint import blueprint
from app.web.exams.layouts import asked_form, sent_layout
from app.web.guard import access
from scanning import Fault, PageTemplate

FAULTS = {
    Fault.BLURRED: _("размыто"),
    Fault.DARK: _("темно"),
    Fault.FAINT: _("бледно"),
    Fault.CROPPED: _("обрезано"),
    Fault.LOW_RESOLUTION: _("низкое разрешение"),
}
UNUSABLE = 422


@blueprint.post("/<uuid:exam_id>/template/try")
@access(Permission.EDIT_EXAM)
def try_template(exam_id: UUID) -> tuple[str, int]:
    """Read the sample pages with the form as it is drawn now."""
    exam = _own_exam(exam_id)
    try:
        drawn = PageTemplate.from_layout(sent_layout())
        trial = try_form(_samples(), [drawn, *_others(exam)])
    except REFUSALS as refusal:
        error = words.told(refusal.text, refusal.params)
        return render_template("exams/_trial.html", error=error), UNUSABLE
    return _shown(exam, drawn, trial), 200


@blueprint.post("/<uuid:exam_id>/template/background")
@access(Permission.EDIT_EXAM)
def background(exam_id: UUID) -> Response:
    """The first page of a blank form's file as a picture, to draw over."""
    _own_exam(exam_id)
    try:
        name, source = _samples()[0]
        return Response(first_page(name, source), mimetype="image/jpeg")
    except REFUSALS as refusal:
        told = words.told(refusal.text, refusal.params)
        return Response(told, status=UNUSABLE, mimetype="text/plain")


def _own_exam(exam_id: UUID) -> ExamView:
    with reading() as session:
        exam = get_exam(session, exam_id=exam_id, actor=actor())
    if not exam.editable:
        raise NotYours
    return exam


def _samples() -> list[tuple[str, BinaryIO]]:
    found = [
        (file.filename, cast(BinaryIO, file.stream))
        for file in request.files.getlist("samples")
        if file.filename
    ]
    if not found:
        raise Refusal("Выберите один или несколько заполненных листов.")
    return [(name, source) for name, source in found if name is not None]


def _others(exam: ExamView) -> list[PageTemplate]:
    """The exam's other forms: a page may fit one of them better."""
    here = asked_form(exam)
    return [
        PageTemplate.from_layout(form.layout) for form in exam.forms if form.number != here.number
    ]


def _shown(exam: ExamView, drawn: PageTemplate, trial: Trial) -> str:
    return render_template(
        "exams/_trial.html",
        trial=trial,
        drawn=drawn,
        templates=[drawn, *_others(exam)],
        most=MOST_PAGES,
        faults=FAULTS,
        as_jpeg=lambda content: "data:image/jpeg;base64," + base64.b64encode(content).decode(),
    )
