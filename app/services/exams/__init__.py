"""Campaigns and exams are set up: schedule, criteria, marks, page template."""

from app.services.exams.criteria import CriterionSpec, set_criteria, set_guides
from app.services.exams.reading import retire_form, set_marks, set_template
from app.services.exams.rules import ReconcileSpec, set_reconciling
from app.services.exams.schedule import ExamSpec, change_exam, create_campaign, create_exam

__all__ = [
    "CriterionSpec",
    "ExamSpec",
    "ReconcileSpec",
    "change_exam",
    "create_campaign",
    "create_exam",
    "retire_form",
    "set_criteria",
    "set_guides",
    "set_marks",
    "set_reconciling",
    "set_template",
]
