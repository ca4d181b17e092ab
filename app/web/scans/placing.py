"""Showing where the code field lies on a page on which the program did not find it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.queries.scans import get_unplaced_page
from app.services.identification import Point, place_form
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.fields import whole
from app.web.guard import access
from app.web.scans.blueprint import blueprint

WHOLE_PERCENT = 100


@blueprint.get("/pages/<uuid:page_id>/form")
@access(Permission.DECIDE_PAGES)
def show_form(page_id: UUID) -> str:
    """The page with two corners to point at."""
    with reading() as session:
        page = get_unplaced_page(session, page_id=page_id, by=actor())
    return render_template("scans/form.html", page=page)


@blueprint.post("/pages/<uuid:page_id>/form")
@access(Permission.DECIDE_PAGES)
def lay_form(page_id: UUID) -> Response:
    """Lay the form where the person pointed."""
    with reading() as session:
        page = get_unplaced_page(session, page_id=page_id, by=actor())
    with refusals_flashed(), transaction() as session:
        place_form(
            session,
            store=installation().store,
            page_id=page_id,
            version=request.form.get("version", 0, type=whole),
            left=_point("left"),
            right=_point("right"),
            template_id=request.form.get("template", type=UUID),
            by=actor(),
            at=now(),
        )
        say("Бланк найден: страница готовится для эксперта.")
    return redirect(
        url_for("scans.desk", exam_id=page.exam_id, school_id=page.school_id, page=page_id)
    )


def _point(name: str) -> Point:
    """A corner, told in percent of the picture."""
    x, y = (request.form.get(f"{name}_{axis}", type=float) for axis in ("x", "y"))
    if x is None or y is None or not (0 <= x <= WHOLE_PERCENT and 0 <= y <= WHOLE_PERCENT):
        raise Refusal("Щёлкните по двум верхним углам ряда клеток кода: левому и правому.")
    return Point(x=x / WHOLE_PERCENT, y=y / WHOLE_PERCENT)
