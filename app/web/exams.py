"""Campaigns and exams: criteria, marks, schedule, page template."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("exams", __name__, url_prefix="/exams")


@blueprint.get("/")
@access(Permission.VIEW_EXAM, Permission.EDIT_EXAM)
def index() -> str:
    """The first page of this part."""
    return render_template("exams/index.html")
