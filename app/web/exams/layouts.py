"""The form that a request is about, and the layout that its drawing board sends."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from app.errors import NotYours, Refusal
from app.queries.exams import ExamView, FormView
from app.web.fields import whole

FIRST, NEW = 1, "new"
# A4, five boxes at the top right, name line below them: the layout of the product's own sheets.
STANDARD_LAYOUT: dict[str, Any] = {
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


def asked_form(exam: ExamView) -> FormView:
    """The form named by the address or the form sent; number 0 is one that is not kept yet.

    Raises:
        NotYours: there is no such form in use.
    """
    wanted = request.values.get("form", "")
    first = exam.forms[0].number if exam.forms else FIRST
    number = request.values.get("form", first, type=whole)
    if wanted == NEW or not exam.forms:
        return FormView(number=0, version=0, title="", layout=STANDARD_LAYOUT)
    found = exam.find_form(number)
    if found is None:
        raise NotYours
    return found


def typed_layout() -> dict[str, Any] | None:
    """What was typed, if it has the parts that the board draws."""
    try:
        match json.loads(request.form.get("layout", "null")):
            case {"code_box": {}, "page_mm": [_, _], "visible": [*_]} as typed:
                kept: dict[str, Any] = typed
                return kept
    except json.JSONDecodeError:
        pass
    return None


def sent_layout() -> dict[str, Any]:
    """The layout that the board sent.

    Raises:
        Refusal: there is none.
    """
    found = typed_layout()
    if found is None:
        raise Refusal("Шаблон не прочитан: обновите страницу и нарисуйте области ещё раз.")
    return found
