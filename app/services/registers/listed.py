"""The register of schools that lists of non-objective results name (P 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.hours import day_in
from app.errors import NotYours, Refusal
from app.models import ListedSchool, School
from app.services.registers.changes import Facts, Saved, Subject, saved, tell
from app.services.registers.scope import own_school_by_login

YEARS = range(2015, 2101)
_LONGEST_SOURCE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingEntry:
    """One row of the register.

    Attributes:
        login: the school's login.
        year: the year of the list.
        source: which list: the document that names the school.
    """

    login: str
    year: int
    source: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", " ".join(self.source.split()))
        if self.year not in YEARS:
            raise Refusal("Год списка «%(year)s»: ожидается, например, 2025.", year=self.year)
        if not 1 <= len(self.source) <= _LONGEST_SOURCE:
            raise Refusal(
                "Назовите документ со списком: от 1 до %(most)s знаков.", most=_LONGEST_SOURCE
            )


def save_listing(session: Session, *, entry: ListingEntry, by: Actor, at: datetime) -> Saved:
    """Enter a school of a year's list; another source makes a new version of the entry.

    Raises:
        Refusal: the school is not among one's own, or the list is of a year to come.
        NotYours: the municipality is not his to manage.
    """
    school = own_school_by_login(session, entry.login, by=by)
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=school.municipality_id)
    if entry.year > day_in(school.municipality, at).year:
        raise Refusal("Список за %(year)s год ещё не мог выйти.", year=entry.year)
    standing = _standing(session, school, entry.year)
    if standing is not None and standing.source == entry.source:
        old = _facts(standing)
        return saved(session, _subject(standing), old=old, new=old, by=by, at=at)
    if standing is not None:
        _end(session, standing, by=by, at=at)
    made = ListedSchool(
        school_id=school.id,
        year=entry.year,
        source=entry.source,
        added_at=at,
        added_by_id=by.person_id,
    )
    made.school = school
    session.add(made)
    session.flush()
    before = _facts(standing) if standing else None
    return saved(session, _subject(made), old=before, new=_facts(made), by=by, at=at)


def withdraw_listing(session: Session, *, listing_id: UUID, by: Actor, at: datetime) -> None:
    """Take a school out of a year's list; works handed over by it keep naming the entry.

    Raises:
        NotYours: there is no such standing entry in his municipality.
    """
    found = session.get(ListedSchool, listing_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=found.school.municipality_id)
    _end(session, found, by=by, at=at)
    tell(session, _subject(found), "withdrawn", old=_facts(found), by=by, at=at)


def _standing(session: Session, school: School, year: int) -> ListedSchool | None:
    query = select(ListedSchool).where(
        ListedSchool.school_id == school.id,
        ListedSchool.year == year,
        ListedSchool.withdrawn_at.is_(None),
    )
    return session.scalar(query)


def _end(session: Session, row: ListedSchool, *, by: Actor, at: datetime) -> None:
    row.withdrawn_at, row.withdrawn_by_id = at, by.person_id
    session.flush()


def _facts(row: ListedSchool) -> Facts:
    return {"school": row.school.login, "year": row.year, "source": row.source}


def _subject(row: ListedSchool) -> Subject:
    return Subject(
        kind="listed_school",
        id=row.id,
        municipality_id=row.school.municipality_id,
        school_id=row.school_id,
    )
