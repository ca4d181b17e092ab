"""Accounts: made by the level above, handed out on paper."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/")
@access(Permission.MANAGE_INSTALLATION, Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL)
def index() -> str:
    """The first page of this part."""
    return render_template("people/index.html")
