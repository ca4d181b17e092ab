"""Campaigns and exams: schedule, criteria, marks, page template."""

from app.web.exams import campaigns, criteria, schedule, template, trial
from app.web.exams.blueprint import blueprint

__all__ = ["blueprint", "campaigns", "criteria", "schedule", "template", "trial"]
