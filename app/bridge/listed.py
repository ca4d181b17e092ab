"""Which entry of a list of non-objective results is the ground for a school's recheck."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.models import ListedSchool, School
from scoring import listing_serves


def serving_entries(
    session: Session, school_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, ListedSchool]:
    """The newest entry of each school that serves on a day; schools without one are not there."""
    query = (
        select(ListedSchool)
        .where(ListedSchool.school_id.in_(school_ids), ListedSchool.withdrawn_at.is_(None))
        .order_by(ListedSchool.year)
    )
    rows = session.scalars(query)
    return {row.school_id: row for row in rows if listing_serves(row.year, on=on)}


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
