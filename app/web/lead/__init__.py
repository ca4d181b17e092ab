"""Who leads the scoring of an exam: control works and the experts' standing."""

from app.web.lead import board, controls, declaring, exams, experts, questions
from app.web.lead.blueprint import blueprint

__all__ = ["blueprint", "board", "controls", "declaring", "exams", "experts", "questions"]
