"""The calendar of terms: a year, days that differ, files, a campaign's week."""

from app.web.calendar import days, files, paces, year
from app.web.calendar.door import blueprint

__all__ = ["blueprint", "days", "files", "paces", "year"]
