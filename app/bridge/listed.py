"""Which entry of a list of non-objective results is the ground for a school's recheck."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import Refusal
from app.models import ListedSchool, School
from scoring import listed_years


def serving_entries(
    session: Session, school_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, ListedSchool]:
    """The newest entry of each school that serves on a day; schools without one are not there."""
    standing = ListedSchool.school_id.in_(school_ids) & ListedSchool.withdrawn_at.is_(None)
    query = select(ListedSchool).where(standing).order_by(ListedSchool.year)
    rows = session.scalars(query.options(joinedload(ListedSchool.school))).all()
    years = years_of_lists(session, {row.school.municipality_id for row in rows}, year=on.year)
    return {row.school_id: row for row in rows if row.year in years[row.school.municipality_id]}


def years_of_lists(
    session: Session, municipality_ids: Collection[UUID], *, year: int
) -> Mapping[UUID, range]:
    """The years whose lists are a ground in a year, by municipality.

    The year's own list is out where a school of the municipality stands in it.
    """
    query = (
        select(School.municipality_id)
        .join(ListedSchool, ListedSchool.school_id == School.id)
        .where(
            School.municipality_id.in_(municipality_ids),
            ListedSchool.year == year,
            ListedSchool.withdrawn_at.is_(None),
        )
    )
    out = frozenset(session.scalars(query))
    return {key: listed_years(year, is_out=key in out) for key in municipality_ids}


def require_entries(
    session: Session, school_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, ListedSchool]:
    """The same, for schools that must all have one.

    Raises:
        Refusal: a school stands in no list of the last three years.
    """
    found = serving_entries(session, school_ids, on=on)
    lacking = set(school_ids) - set(found)
    if lacking:
        names = session.scalars(
            select(School.name).where(School.id.in_(lacking)).order_by(School.name)
        )
        raise Refusal(
            "В списках последних трёх лет этих школ нет: %(schools)s."
            " Внесите школу в реестр списков или выберите другое основание.",
            schools=", ".join(names),
        )
    return found


def entry_shown(entry: ListedSchool) -> str:
    """An entry as acts and pages name it."""
    return f"{entry.year}: {entry.source}"
