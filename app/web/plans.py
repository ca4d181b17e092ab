"""Plans: the three schemes, drafts, publishing, a school's spread."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("plans", __name__, url_prefix="/plans")


@blueprint.get("/")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def index() -> str:
    """The first page of this part."""
    return render_template("plans/index.html")
