"""The forum of support on pages."""

from app.web.support import topics
from app.web.support.topics import blueprint

__all__ = ["blueprint", "topics"]
