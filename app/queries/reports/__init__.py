"""Reports on results, and the form of analysis of objectivity."""

from app.queries.reports.objectivity import Objectivity, ObjectivityLine, get_objectivity
from app.queries.reports.results import (
    ExamChoice,
    Group,
    ResultsReport,
    get_results_report,
    list_exams,
)

__all__ = [
    "ExamChoice",
    "Group",
    "Objectivity",
    "ObjectivityLine",
    "ResultsReport",
    "get_objectivity",
    "get_results_report",
    "list_exams",
]
