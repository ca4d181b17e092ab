"""The blueprint of fairness."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("fairness", __name__, url_prefix="/fairness")
