"""Background jobs, as an administrator sees them."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/")
@access(Permission.MANAGE_INSTALLATION)
def index() -> str:
    """The first page of this part."""
    return render_template("jobs/index.html")
