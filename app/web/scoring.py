"""Scoring: the expert's list of works and the scoring screen."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")


@blueprint.get("/")
@access(Permission.SCORE)
def index() -> str:
    """The first page of this part."""
    return render_template("scoring/index.html")
