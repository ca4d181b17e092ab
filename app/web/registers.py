"""Registers: schools, classes, experts, conflicts, codes."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("registers", __name__, url_prefix="/registers")


@blueprint.get("/")
@access(Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL)
def index() -> str:
    """The first page of this part."""
    return render_template("registers/index.html")
