"""Scans: upload, progress, and the desk for pages that need a person."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import Permission
from app.web.guard import access

blueprint = Blueprint("scans", __name__, url_prefix="/scans")


@blueprint.get("/")
@access(Permission.UPLOAD_SCANS, Permission.DECIDE_PAGES)
def index() -> str:
    """The first page of this part."""
    return render_template("scans/index.html")
