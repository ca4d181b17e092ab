"""A script as an expert will see it; painting a personal mark over."""

from __future__ import annotations

from math import isfinite
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.models import PageKind
from app.queries.scans import get_script
from app.services import anonymisation, identification
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
from scanning import Rect

LEAST_SIDE_MM = 1.0


@blueprint.get("/scripts/<uuid:script_id>")
@access(Permission.DECIDE_PAGES)
def script(script_id: UUID) -> str:
    """Its anonymous images, each with a place to draw a box."""
    with reading() as session:
        view = get_script(session, script_id=script_id, by=actor())
    return render_template("scans/script.html", view=view)


@blueprint.post("/scripts/<uuid:script_id>/images/<uuid:image_id>/mask")
@access(Permission.DECIDE_PAGES)
def mask(script_id: UUID, image_id: UUID) -> Response:
    """Paint the box over and issue the image again."""
    with refusals_flashed(), transaction() as session:
        anonymisation.mask_image(
            session,
            store=installation().store,
            image_id=image_id,
            box_mm=_box(),
            by=actor(),
            at=now(),
        )
        say("Пометка закрыта. Прежнее изображение больше не открывается.")
    return redirect(url_for("scans.script", script_id=script_id))


@blueprint.post("/scripts/<uuid:script_id>/pages/<uuid:page_id>/again")
@access(Permission.DECIDE_PAGES)
def scan_again(script_id: UUID, page_id: UUID) -> Response:
    """Ask for a new scan of one page; the old one leaves the script and is kept."""
    with refusals_flashed(), transaction() as session:
        identification.set_page_aside(
            session,
            page_id=page_id,
            version=request.form.get("version", 0, type=whole),
            kind=PageKind.RESCAN_WANTED,
            by=actor(),
            at=now(),
        )
        say("Страница ждёт нового скана: загрузите его, и он станет на её место.")
    return redirect(url_for("scans.script", script_id=script_id))


def _box() -> Rect:
    """The box of the form, mm on the page."""
    sides = [request.form.get(name, type=float) for name in ("x", "y", "w", "h")]
    x, y, w, h = (0.0 if side is None else side for side in sides)
    if None in sides or not all(map(isfinite, (x, y, w, h))) or min(w, h) < LEAST_SIDE_MM:
        raise Refusal("Обведите пометку рамкой: сторона рамки не меньше 1 мм.")
    return Rect(x=x, y=y, w=w, h=h)
