"""Observers: the desk of a campaign, one visit, the list to print, the archive of acts."""

from app.queries.observers.desk import (
    SEEING,
    CandidateLine,
    DayLine,
    Desk,
    SchoolLine,
    VisitLine,
    get_desk,
    list_campaigns,
)
from app.queries.observers.files import (
    ArchivedAct,
    VisitView,
    get_act_file,
    get_visit,
    list_acts_with_violations,
)

__all__ = [
    "SEEING",
    "ArchivedAct",
    "CandidateLine",
    "DayLine",
    "Desk",
    "SchoolLine",
    "VisitLine",
    "VisitView",
    "get_act_file",
    "get_desk",
    "get_visit",
    "list_acts_with_violations",
    "list_campaigns",
]
