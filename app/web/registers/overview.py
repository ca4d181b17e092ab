"""The first page of registers: what each holds."""

from __future__ import annotations

from flask import render_template

from app.queries.registers import summarise
from app.web.context import actor, reading
from app.web.guard import access
from app.web.registers.door import MANAGERS, blueprint


@blueprint.get("/")
@access(*MANAGERS)
def index() -> str:
    """The registers and how many rows each has."""
    with reading() as session:
        summary = summarise(session, by=actor())
    return render_template("registers/index.html", summary=summary)
