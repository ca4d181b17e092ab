"""The first page of each role: what to do next."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import text

from app.queries.next_steps import Urgency, list_steps
from app.web.context import actor, installation, reading, today
from app.web.guard import public, signed_in
from app.web.room import room_steps

blueprint = Blueprint("home", __name__)
CLASSES = {Urgency.LATE: "late", Urgency.SOON: "soon", Urgency.NOW: "", Urgency.LATER: ""}


@blueprint.get("/")
@signed_in
def index() -> str:
    """What to do next."""
    with reading() as session:
        steps = list_steps(session, actor=actor(), today=today())
    full = room_steps(installation().settings.data_dir, by=actor())
    shown = sorted([*full, *steps], key=lambda one: one.urgency)
    return render_template("home.html", steps=shown, classes=CLASSES)


@blueprint.get("/healthz")
@public
def health() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def ready() -> dict[str, str]:
    """Alive, and the database answers; 503 when it does not."""
    with reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ready"}
