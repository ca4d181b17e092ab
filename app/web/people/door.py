"""The blueprint of people, and who may open its pages."""

from __future__ import annotations

from flask import Blueprint

from app.access import Permission

blueprint = Blueprint("people", __name__, url_prefix="/people")
MANAGERS = (
    Permission.MANAGE_INSTALLATION,
    Permission.MANAGE_MUNICIPALITY,
    Permission.MANAGE_SCHOOL,
)
