"""Where a role holds, who may give it there, and who is in whose sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import (
    MUNICIPALITY_ROLES,
    REGION_ROLES,
    SCHOOL_ROLES,
    WHO_MAKES,
    Actor,
    Role,
)
from app.errors import NotYours, Refusal
from app.models import Municipality, Person, RoleGrant, School, Territory

_ONLY_IN = {
    Role.MUNICIPAL_COORDINATOR: Territory.MUNICIPALITY,
    Role.RESPONSIBLE_COORDINATOR: Territory.RESPONSIBLE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a role holds: a municipality, a school, or neither."""

    municipality_id: UUID | None = None
    school_id: UUID | None = None


NOWHERE = Place()


def place_of(grant: RoleGrant) -> Place:
    """The place of a grant."""
    return Place(municipality_id=grant.municipality_id, school_id=grant.school_id)


def may_give(session: Session, role: Role, place: Place, by: Actor) -> bool:
    """Whether the role in that place is for `by` to give, hence to take."""
    municipality_id = place.municipality_id
    if place.school_id is not None:
        school = session.get(School, place.school_id)
        municipality_id = school.municipality_id if school else None
    return by.may(WHO_MAKES[role], municipality_id=municipality_id, school_id=place.school_id)


def check_place(session: Session, role: Role, place: Place) -> None:
    """Pass when the place fits the role.

    Raises:
        Refusal: a school role without a school, a municipal one without a municipality, a
            coordinator of the other kind of territory, and so on.
    """
    if role in REGION_ROLES and place != NOWHERE:
        raise Refusal("Эта роль даётся на всю систему: выберите место «Вся система».")
    if role in MUNICIPALITY_ROLES and (place.municipality_id is None or place.school_id):
        raise Refusal("Эта роль даётся в муниципалитете: выберите муниципалитет.")
    if role in SCHOOL_ROLES and (place.school_id is None or place.municipality_id):
        raise Refusal("Эта роль даётся в школе: выберите школу.")
    if not _territory_fits(session, role, place):
        raise Refusal(
            "Муниципальный координатор назначается в муниципалитет, ответственный координатор "
            "назначается к школам вне муниципалитетов."
        )


def _territory_fits(session: Session, role: Role, place: Place) -> bool:
    if role not in _ONLY_IN:
        return True
    found = session.get(Municipality, place.municipality_id)
    return found is not None and found.territory is _ONLY_IN[role]


def person_below(session: Session, person_id: UUID, *, by: Actor) -> Person:
    """A person whose every role is one that `by` may give there.

    Raises:
        NotYours: there is no such person, or some role of his is above or beside.
    """
    person = session.get(Person, person_id)
    grants = _grants_that_count(person) if person else ()
    below = [may_give(session, grant.role, place_of(grant), by) for grant in grants]
    if person is None or not below or not all(below):
        raise NotYours
    return person


def person_in_sight(session: Session, person_id: UUID, *, by: Actor) -> Person:
    """A person with at least one role that `by` may give there.

    Raises:
        NotYours: there is no such person, or no role of his is for `by` to give.
    """
    person = session.get(Person, person_id)
    grants = _grants_that_count(person) if person else ()
    if person is None or not any(may_give(session, g.role, place_of(g), by) for g in grants):
        raise NotYours
    return person


def _grants_that_count(person: Person) -> Sequence[RoleGrant]:
    """The roles he holds; where he holds none, those he held, so that somebody answers for him."""
    held = [grant for grant in person.grants if grant.revoked_at is None]
    return held or person.grants
