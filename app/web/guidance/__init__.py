"""What guides an expert: his qualification and his own controls."""

from app.web.guidance import own, questions
from app.web.guidance.blueprint import blueprint

__all__ = ["blueprint", "own", "questions"]
