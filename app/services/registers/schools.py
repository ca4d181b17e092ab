"""The register of schools: kept by the coordinator of the municipality."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours, Refusal
from app.models import Municipality, School
from app.services.registers.changes import Facts, Saved, Subject, remove, saved, tell

_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{2,19}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolEntry:
    """One row of the register of schools.

    Attributes:
        login: the school's login in the federal system, such as edu123456.
        name: its short name.
        participating: whether it takes part in the checks of this year; None leaves it as it is,
            and a new school takes part.
    """

    login: str
    name: str
    participating: bool | None = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "login", self.login.strip().lower())
        object.__setattr__(self, "name", " ".join(self.name.split()))
        if _LOGIN.fullmatch(self.login) is None:
            raise Refusal("Логин школы «%(login)s»: ожидается вид edu123456.", login=self.login)
        if not self.name or len(self.name) > 200:  # noqa: PLR2004 - the column's width
            raise Refusal("Название школы «%(name)s»: нужно от 1 до 200 знаков.", name=self.name)


def save_school(
    session: Session,
    *,
    municipality_id: UUID,
    entry: SchoolEntry,
    by: Actor,
    at: datetime,
    school_id: UUID | None = None,
) -> Saved:
    """Add a school or correct it; without `school_id` the login tells which.

    Raises:
        NotYours: the municipality is not for `by` to manage.
        Refusal: the login or the name belongs to another school.
    """
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=municipality_id)
    found = _find(session, entry, municipality_id=municipality_id, school_id=school_id)
    _check_unique(session, entry, municipality_id=municipality_id, itself=found)
    old = _facts(found) if found else None
    school = found if found is not None else School(municipality_id=municipality_id)
    school.login, school.name = entry.login, entry.name
    if entry.participating is not None:
        school.participating = entry.participating
    session.add(school)
    session.flush()
    return saved(session, _subject(school), old=old, new=_facts(school), by=by, at=at)


def _find(
    session: Session, entry: SchoolEntry, *, municipality_id: UUID, school_id: UUID | None
) -> School | None:
    if session.get(Municipality, municipality_id) is None:
        raise NotYours
    if school_id is None:
        return session.scalar(
            select(School).where(
                School.login == entry.login, School.municipality_id == municipality_id
            )
        )
    found = session.get(School, school_id)
    if found is None or found.municipality_id != municipality_id:
        raise NotYours
    return found


def _check_unique(
    session: Session, entry: SchoolEntry, *, municipality_id: UUID, itself: School | None
) -> None:
    others = select(School.id).where(School.id != itself.id if itself else School.id.is_not(None))
    if session.scalar(others.where(School.login == entry.login)) is not None:
        raise Refusal("Логин «%(login)s» уже у другой школы.", login=entry.login)
    named = others.where(School.name == entry.name, School.municipality_id == municipality_id)
    if session.scalar(named) is not None:
        raise Refusal("Название «%(name)s» уже у другой школы.", name=entry.name)


def remove_school(session: Session, *, school_id: UUID, by: Actor, at: datetime) -> None:
    """Remove a school that has left no trace yet.

    Raises:
        NotYours: the school is not for `by` to manage.
        Refusal: it has classes, people, works or a history.
    """
    school = session.get(School, school_id)
    if school is None:
        raise NotYours
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=school.municipality_id)
    subject, old = _subject(school), _facts(school)
    refusal = Refusal(
        "Школу «%(name)s» удалить нельзя: у неё есть классы, люди, работы или история. "
        "Если школа не участвует, снимите отметку «Участвует».",
        name=school.name,
    )
    remove(session, school, refusal)
    tell(session, subject, "removed", old=old, by=by, at=at)


def _facts(school: School) -> Facts:
    return {
        "login": school.login,
        "name": school.name,
        "participating": school.participating,
    }


def _subject(school: School) -> Subject:
    # Without school_id: an event that names the school would keep it from ever being removed.
    return Subject(kind="school", id=school.id, municipality_id=school.municipality_id)
