"""Plans as coordinators see them: exams to plan, schemes side by side, a draft, who does what."""

from app.queries.plans.comparison import Comparison, JobState, SchemeColumn, get_comparison
from app.queries.plans.draft import DraftView, get_draft
from app.queries.plans.explanation import WhyView, get_why
from app.queries.plans.overview import ExamLine, Planned, list_exams
from app.queries.plans.progress import ProgressLine, list_progress
from app.queries.plans.received import ReceivedView, get_received

__all__ = [
    "Comparison",
    "DraftView",
    "ExamLine",
    "JobState",
    "Planned",
    "ProgressLine",
    "ReceivedView",
    "SchemeColumn",
    "WhyView",
    "get_comparison",
    "get_draft",
    "get_received",
    "get_why",
    "list_exams",
    "list_progress",
]
