"""The blueprint of what guides an expert."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("guidance", __name__, url_prefix="/guidance")
