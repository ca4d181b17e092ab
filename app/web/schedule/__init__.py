"""The schedule of a campaign: its dates, the order, the calendar file."""

from app.web.schedule import order, year
from app.web.schedule.door import blueprint

__all__ = ["blueprint", "order", "year"]
