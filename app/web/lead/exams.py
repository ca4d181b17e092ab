"""The exams that the chair leads."""

from __future__ import annotations

from flask import render_template

from app.access import Permission
from app.queries.leading import list_led
from app.web.context import actor, reading
from app.web.guard import access
from app.web.lead.blueprint import blueprint


@blueprint.get("/")
@access(Permission.LEAD_SCORING)
def index() -> str:
    """Exams, the newest first."""
    with reading() as session:
        exams = list_led(session, actor=actor())
    return render_template("lead/index.html", exams=exams)
