"""Fairness of scoring on pages: criteria read differently, severities, schemes."""

from app.web.fairness import chair, hours, live, overlap, own, reports
from app.web.fairness.blueprint import blueprint

__all__ = ["blueprint", "chair", "hours", "live", "overlap", "own", "reports"]
