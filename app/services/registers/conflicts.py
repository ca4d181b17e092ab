"""Conflicts of interest: declared by a coordinator or by the expert himself (P 6.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours, Refusal
from app.models import (
    Conflict,
    ConflictCategory,
    ConflictLevel,
    Expert,
    Participant,
    Person,
    School,
    SchoolClass,
)
from app.services.registers.changes import Change, Facts, Saved, Subject, tell
from app.services.registers.scope import (
    class_by_reference,
    participant_by_reference,
    require_school,
    school_by_login,
)

_COLUMN = {
    ConflictLevel.SCHOOL: Conflict.school_id,
    ConflictLevel.CLASS: Conflict.class_id,
    ConflictLevel.CODE: Conflict.participant_id,
}
_TABLE: dict[ConflictLevel, type[School | SchoolClass | Participant]] = {
    ConflictLevel.SCHOOL: School,
    ConflictLevel.CLASS: SchoolClass,
    ConflictLevel.CODE: Participant,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictEntry:
    """One row of the register of conflicts, as people write it.

    Attributes:
        login: the expert's login.
        level: how far the conflict reaches.
        reference: edu123456, edu123456/4А or edu123456/00123.
        category: why; a category, never a story.
    """

    login: str
    level: ConflictLevel
    reference: str
    category: ConflictCategory


def save_conflict(session: Session, *, entry: ConflictEntry, by: Actor, at: datetime) -> Saved:
    """Declare a conflict by the names that people use; declared before, it stays as it is.

    Raises:
        Refusal: the expert is not among one's own, or the reference leads nowhere.
    """
    expert = _expert_by_login(session, entry.login, by=by)
    ref = _look_up(session, entry, expert, by=by)
    present = _find_active(session, expert, entry.level, ref)
    facts = {"level": entry.level.value, "reference": entry.reference}
    if present is not None and present.category is entry.category:
        return Saved(id=present.id, change=Change.UNCHANGED, old=facts, new=facts)
    if present is not None:
        raise Refusal("Такой конфликт уже объявлен с другой причиной: сначала снимите его.")
    made = _declare(session, expert, entry.level, ref, entry.category, by=by, at=at)
    return Saved(id=made.id, change=Change.NEW, old={}, new=facts)


def recuse(
    session: Session,
    *,
    level: ConflictLevel,
    ref: UUID,
    category: ConflictCategory,
    by: Actor,
    at: datetime,
) -> UUID:
    """An expert's own recusal from a school, a class or one work.

    A code he knows only by the work on his screen: whoever calls with that level has made sure
    that the work was given to him.

    Raises:
        NotYours: `by` is no expert, or there is no such thing to refer to.
        Refusal: it is declared already.
    """
    expert = session.scalar(select(Expert).where(Expert.person_id == by.person_id))
    if expert is None:
        raise NotYours
    if session.get(_TABLE[level], ref) is None:
        raise NotYours
    if _find_active(session, expert, level, ref) is not None:
        raise Refusal("Этот конфликт интересов уже объявлен.")
    return _declare(session, expert, level, ref, category, by=by, at=at).id


def withdraw_conflict(session: Session, *, conflict_id: UUID, by: Actor, at: datetime) -> None:
    """Take a conflict back: by a coordinator, and never by the expert himself.

    Raises:
        NotYours: the expert is not for `by` to manage.
        Refusal: it is one's own conflict.
    """
    found = session.get(Conflict, conflict_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    require_school(found.expert.school, by=by)
    if found.expert.person_id == by.person_id:
        raise Refusal("Свой конфликт интересов снимает другой координатор.")
    found.withdrawn_at = at
    tell(session, _subject(found, found.expert), "withdrawn", old=_facts(found), by=by, at=at)


def _expert_by_login(session: Session, login: str, *, by: Actor) -> Expert:
    query = select(Expert).join(Person, Person.id == Expert.person_id)
    found = session.scalar(query.where(Person.login == login.strip().lower()))
    refusal = Refusal("Эксперта с логином «%(login)s» среди ваших нет.", login=login)
    if found is None:
        raise refusal
    try:
        require_school(found.school, by=by)
    except NotYours:
        raise refusal from None
    return found


def _look_up(session: Session, entry: ConflictEntry, expert: Expert, *, by: Actor) -> UUID:
    match entry.level:
        case ConflictLevel.SCHOOL:
            return school_by_login(session, entry.reference).id
        case ConflictLevel.CLASS:
            return class_by_reference(session, entry.reference, home=expert.school).id
        case ConflictLevel.CODE:
            return participant_by_reference(session, entry.reference, by=by).id


def _find_active(
    session: Session, expert: Expert, level: ConflictLevel, ref: UUID
) -> Conflict | None:
    return session.scalar(
        select(Conflict).where(
            Conflict.expert_id == expert.id,
            _COLUMN[level] == ref,
            Conflict.withdrawn_at.is_(None),
        )
    )


def _declare(
    session: Session,
    expert: Expert,
    level: ConflictLevel,
    ref: UUID,
    category: ConflictCategory,
    *,
    by: Actor,
    at: datetime,
) -> Conflict:
    made = Conflict(
        expert_id=expert.id,
        level=level,
        category=category,
        declared_at=at,
        declared_by_id=by.person_id,
        school_id=ref if level is ConflictLevel.SCHOOL else None,
        class_id=ref if level is ConflictLevel.CLASS else None,
        participant_id=ref if level is ConflictLevel.CODE else None,
    )
    session.add(made)
    session.flush()
    tell(session, _subject(made, expert), "declared", new=_facts(made), by=by, at=at)
    return made


def _facts(found: Conflict) -> Facts:
    ref = found.school_id or found.class_id or found.participant_id
    return {
        "expert": str(found.expert_id),
        "level": found.level.value,
        "ref": str(ref),
        "category": found.category.value,
    }


def _subject(found: Conflict, expert: Expert) -> Subject:
    return Subject(
        kind="conflict",
        id=found.id,
        municipality_id=expert.school.municipality_id,
        school_id=expert.school_id,
    )
