"""The trail: who changed what, when and why."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("trail", __name__, url_prefix="/trail")


@blueprint.get("/")
@access(Permission.READ_TRAIL)
def index() -> str:
    """The first page of this part."""
    return render_template("trail/index.html")
