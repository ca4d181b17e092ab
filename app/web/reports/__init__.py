"""Reports on results on pages: municipality, school, class, and the analysis of objectivity."""

from app.web.reports import objectivity, results
from app.web.reports.door import blueprint

__all__ = ["blueprint", "objectivity", "results"]
