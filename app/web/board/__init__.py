"""The board of municipal, responsible and regional coordinators."""

from app.web.board import files, pages, works
from app.web.board.door import blueprint

__all__ = ["blueprint", "files", "pages", "works"]
