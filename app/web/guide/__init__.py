"""The guide: a few steps a role, with pictures that a journey takes."""

from app.web.guide import pages
from app.web.guide.pages import blueprint

__all__ = ["blueprint", "pages"]
