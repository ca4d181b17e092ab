"""Roles and places that the acting person may choose from."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from wtforms import SelectChoice

from app.access import WHO_MAKES, Actor, Role
from app.errors import NotYours
from app.queries.people import PlaceChoice
from app.services.accounts import NOWHERE, Place
from app.web.words import ROLES

EVERYWHERE = "all"


def role_choices(by: Actor) -> list[SelectChoice]:
    """Roles that the person may give somewhere."""
    return [
        SelectChoice(value=role.value, label=ROLES[role])
        for role in Role
        if by.holds(WHO_MAKES[role])
    ]


def place_choices(places: tuple[PlaceChoice, ...]) -> list[SelectChoice]:
    """Places by a key that `read_place` understands."""
    return [
        SelectChoice(value=_key(place), label=place.name or _("Вся система")) for place in places
    ]


def _key(place: PlaceChoice) -> str:
    if place.school_id is not None:
        return f"school:{place.school_id}"
    if place.municipality_id is not None:
        return f"municipality:{place.municipality_id}"
    return EVERYWHERE


def read_place(key: str) -> Place:
    """The place of a chosen key.

    Raises:
        NotYours: the key is none of those offered.
    """
    if key == EVERYWHERE:
        return NOWHERE
    kind, _colon, text = key.partition(":")
    try:
        found = UUID(text)
    except ValueError:
        raise NotYours from None
    match kind:
        case "school":
            return Place(school_id=found)
        case "municipality":
            return Place(municipality_id=found)
        case _:
            raise NotYours
