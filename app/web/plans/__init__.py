"""Plans: the three schemes, drafts, publishing, a school's spread."""

from app.web.plans import drafts, exams, schools
from app.web.plans.blueprint import blueprint

__all__ = ["blueprint", "drafts", "exams", "schools"]
