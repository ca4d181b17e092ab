"""Schools that lists of non-objective results name, as their register shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.listed import years_of_lists
from app.models import ListedSchool, Person, School
from app.queries.registers.reach import managed_schools


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingView:
    """A school in the list of a year.

    Attributes:
        serves: whether it is recent enough to be a ground for a recheck.
    """

    id: UUID
    school_id: UUID
    school_login: str
    school_name: str
    year: int
    source: str
    serves: bool
    added_by: str
    added_at: datetime
    withdrawn_at: datetime | None


def list_listings(
    session: Session,
    *,
    by: Actor,
    today: date,
    school_id: UUID | None = None,
    withdrawn: bool = False,
) -> tuple[ListingView, ...]:
    """Entries of the actor's schools, the newest list first."""
    query = (
        select(ListedSchool, School, Person.display_name)
        .join(School, School.id == ListedSchool.school_id)
        .join(Person, Person.id == ListedSchool.added_by_id)
        .where(managed_schools(by))
        .order_by(ListedSchool.year.desc(), School.name, ListedSchool.added_at, ListedSchool.id)
    )
    if school_id is not None:
        query = query.where(School.id == school_id)
    if not withdrawn:
        query = query.where(ListedSchool.withdrawn_at.is_(None))
    found = session.execute(query).all()
    places = {school.municipality_id for _, school, _ in found}
    years = years_of_lists(session, places, year=today.year)
    return tuple(
        ListingView(
            id=row.id,
            school_id=school.id,
            school_login=school.login,
            school_name=school.name,
            year=row.year,
            source=row.source,
            serves=row.withdrawn_at is None and row.year in years[school.municipality_id],
            added_by=name,
            added_at=row.added_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row, school, name in found
    )
