"""Results: final points and the form of results."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.get("/")
@access(Permission.RELEASE_RESULTS, Permission.WATCH)
def index() -> str:
    """The first page of this part."""
    return render_template("results/index.html")
