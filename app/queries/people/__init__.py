"""Accounts as the level above sees them, and one's own sessions."""

from __future__ import annotations

from app.queries.people.accounts import (
    GrantView,
    PeoplePage,
    PersonView,
    list_people,
    page_of,
    show_person,
)
from app.queries.people.own import SessionView, list_own_sessions
from app.queries.people.places import (
    MunicipalityView,
    PlaceChoice,
    list_municipality_views,
    list_places,
)

__all__ = [
    "GrantView",
    "MunicipalityView",
    "PeoplePage",
    "PersonView",
    "PlaceChoice",
    "SessionView",
    "list_municipality_views",
    "list_own_sessions",
    "list_people",
    "list_places",
    "page_of",
    "show_person",
]
