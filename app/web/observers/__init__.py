"""Observers on pages: the desk, candidates and places, acts."""

from app.web.observers import acts, candidates, desk
from app.web.observers.door import blueprint

__all__ = ["acts", "blueprint", "candidates", "desk"]
