"""Whether a person is independent of a script: he never had it, and nothing ties him to it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.models import Assignment, Conflict, Expert, RoleGrant, Script, Workplace


class Tie(StrEnum):
    """What keeps a person away from a script in a recheck."""

    SCORED = "scored"
    SCHOOL = "school"
    CONFLICT = "conflict"


_REFUSALS = {
    Tie.SCORED: "%(name)s уже проверял эту работу: перепроверяет и решает другой человек.",
    Tie.SCHOOL: "%(name)s связан со школой этой работы: перепроверяет и решает другой человек.",
    Tie.CONFLICT: "У человека (%(name)s) заявлен конфликт интересов с этой работой:"
    " перепроверяет и решает другой.",
}


class NotIndependent(Refusal):
    """The person may not recheck this script."""

    def __init__(self, tie: Tie, *, name: str) -> None:
        super().__init__(_REFUSALS[tie], name=name)
        self.tie = tie


def find_tie(
    session: Session, script: Script, person_id: UUID, *, besides: Collection[UUID] = ()
) -> Tie | None:
    """What ties the person to the script, or None.

    Args:
        session: the database.
        script: what is to be read again.
        person_id: who.
        besides: assignments that do not count: those of the case itself.
    """
    if _had_it(session, script, person_id, besides):
        return Tie.SCORED
    if _is_of_school(session, script.participant.school_id, person_id):
        return Tie.SCHOOL
    return Tie.CONFLICT if _has_conflict(session, script, person_id) else None


def check_independent(
    session: Session, script: Script, person_id: UUID, *, name: str, besides: Collection[UUID] = ()
) -> None:
    """Pass for an independent person.

    Raises:
        NotIndependent: he had the script, is of its school, or has a conflict of interest.
    """
    tie = find_tie(session, script, person_id, besides=besides)
    if tie is not None:
        raise NotIndependent(tie, name=name)


def _had_it(session: Session, script: Script, person_id: UUID, besides: Collection[UUID]) -> bool:
    """Whether the script was ever given to him, in whatever round, withdrawn or not."""
    query = (
        select(Assignment.id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            Assignment.script_id == script.id,
            Assignment.id.not_in(besides),
            Expert.person_id == person_id,
        )
    )
    return session.scalar(query.limit(1)) is not None


def _is_of_school(session: Session, school_id: UUID, person_id: UUID) -> bool:
    works = (
        select(Expert.id)
        .outerjoin(Workplace, Workplace.expert_id == Expert.id)
        .where(
            Expert.person_id == person_id,
            or_(Expert.school_id == school_id, Workplace.school_id == school_id),
        )
    )
    holds = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.school_id == school_id,
        RoleGrant.revoked_at.is_(None),
    )
    return any(session.scalar(query.limit(1)) is not None for query in (works, holds))


def _has_conflict(session: Session, script: Script, person_id: UUID) -> bool:
    participant = script.participant
    query = (
        select(Conflict.id)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(
            Expert.person_id == person_id,
            Conflict.withdrawn_at.is_(None),
            or_(
                Conflict.school_id == participant.school_id,
                Conflict.class_id == participant.class_id,
                Conflict.participant_id == participant.id,
            ),
        )
    )
    return session.scalar(query.limit(1)) is not None
