"""Campaigns and exams: schedule, criteria, marks, page template."""

from app.web.exams import campaigns, criteria, rules, schedule, template, trial
from app.web.exams.blueprint import blueprint

__all__ = ["blueprint", "campaigns", "criteria", "rules", "schedule", "template", "trial"]
