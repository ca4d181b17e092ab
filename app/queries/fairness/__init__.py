"""What fairness pages show: criteria that experts read differently, severities, schemes."""

from app.queries.fairness.experts import (
    ExamComparison,
    ExamLine,
    ExpertRow,
    OwnRow,
    get_comparison,
    get_ratings,
    list_exams,
    list_own,
)
from app.queries.fairness.overlap import OverlapView, get_overlap
from app.queries.fairness.schemes import SchemeRow, list_schemes

__all__ = [
    "ExamComparison",
    "ExamLine",
    "ExpertRow",
    "OverlapView",
    "OwnRow",
    "SchemeRow",
    "get_comparison",
    "get_overlap",
    "get_ratings",
    "list_exams",
    "list_own",
    "list_schemes",
]
