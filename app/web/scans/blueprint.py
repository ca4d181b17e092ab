"""The blueprint of the pages about scans, and what its addresses share."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

blueprint = Blueprint("scans", __name__, url_prefix="/scans")
PILE = "/<uuid:exam_id>/<uuid:school_id>"


def chosen_class() -> UUID | None:
    """The class that the address or the form names; what is no id names none."""
    try:
        return UUID(request.values.get("class_id", ""))
    except ValueError:
        return None


def wants_json() -> bool:
    """Whether the answer goes to the page's own module rather than to the browser's window."""
    return request.accept_mimetypes.best == "application/json"
