"""Reports that came back from the federal system, next to our own figures."""

from app.web.returned.pages import blueprint

__all__ = ["blueprint"]
