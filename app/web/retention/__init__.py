"""Keeping documents on pages: terms, what is due, destruction by two persons."""

from app.web.retention import shelf
from app.web.retention.shelf import blueprint

__all__ = ["blueprint", "shelf"]
