"""Rechecks: cases of the commission, their clock and decisions."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("rechecks", __name__, url_prefix="/rechecks")


@blueprint.get("/")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK, Permission.DECIDE_RECHECK)
def index() -> str:
    """The first page of this part."""
    return render_template("rechecks/index.html")
