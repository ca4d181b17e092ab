"""Scoring: the expert's list of works, the scoring screen, and its saves."""

from app.web.scoring import annotations, desk, keys, parts, saves, works
from app.web.scoring.blueprint import blueprint

__all__ = ["annotations", "blueprint", "desk", "keys", "parts", "saves", "works"]
