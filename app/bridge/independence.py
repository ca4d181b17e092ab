"""Whether a person is independent of a script: he never had it, and nothing ties him to it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.errors import Refusal
from app.models import Assignment, Conflict, Expert, Participant, RoleGrant, Script, Workplace

ScriptId = InstrumentedAttribute[UUID] | BindParameter[UUID] | UUID
PersonId = InstrumentedAttribute[UUID] | BindParameter[UUID] | UUID
# Names of their own, so that the query around may hold the same tables. To make one takes longer
# than to run the query, and every save asks.
_ASSIGNMENT, _CONFLICT, _EXPERT = aliased(Assignment), aliased(Conflict), aliased(Expert)
_PARTICIPANT, _SCRIPT = aliased(Participant), aliased(Script)


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
    ties = {
        Tie.SCORED: _had_it(script.id, person_id, besides),
        Tie.SCHOOL: _is_of_school(script.id, person_id),
        Tie.CONFLICT: has_conflict(script.id, person_id),
    }
    return next((tie for tie, holds in ties.items() if session.scalar(select(holds))), None)


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


def is_independent(script_id: ScriptId, person_id: UUID) -> ColumnElement[bool]:
    """Whether nothing ties the person to a script, as a condition of a query.

    Args:
        script_id: a column of the query around it, or one script.
        person_id: who.
    """
    return ~or_(
        _had_it(script_id, person_id),
        _is_of_school(script_id, person_id),
        has_conflict(script_id, person_id),
    )


def concerns(conflict: type[Conflict], participant: type[Participant]) -> ColumnElement[bool]:
    """Whether a conflict reaches a participant, by his school, his class or his code."""
    return or_(
        conflict.school_id == participant.school_id,
        conflict.class_id == participant.class_id,
        conflict.participant_id == participant.id,
    )


def has_conflict(script_id: ScriptId, person_id: PersonId) -> ColumnElement[bool]:
    """Whether the person declared a conflict of interest with a script that still stands."""
    return (
        select(_CONFLICT.id)
        .join(_EXPERT, _EXPERT.id == _CONFLICT.expert_id)
        .join(_PARTICIPANT, concerns(_CONFLICT, _PARTICIPANT))
        .join(_SCRIPT, _SCRIPT.participant_id == _PARTICIPANT.id)
        .where(
            _SCRIPT.id == script_id,
            _EXPERT.person_id == person_id,
            _CONFLICT.withdrawn_at.is_(None),
        )
        .exists()
    )


def _had_it(
    script_id: ScriptId, person_id: UUID, besides: Collection[UUID] = ()
) -> ColumnElement[bool]:
    """Whether the script was ever given to him, in whatever round, withdrawn or not."""
    return (
        select(_ASSIGNMENT.id)
        .join(_EXPERT, _EXPERT.id == _ASSIGNMENT.expert_id)
        .where(
            _ASSIGNMENT.script_id == script_id,
            _ASSIGNMENT.id.not_in(besides),
            _EXPERT.person_id == person_id,
        )
        .exists()
    )


def _is_of_school(script_id: ScriptId, person_id: UUID) -> ColumnElement[bool]:
    works = select(Expert.school_id).where(Expert.person_id == person_id)
    also = (
        select(Workplace.school_id)
        .join(Expert, Expert.id == Workplace.expert_id)
        .where(Expert.person_id == person_id)
    )
    holds = select(RoleGrant.school_id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.school_id.is_not(None),
        RoleGrant.revoked_at.is_(None),
    )
    return (
        select(_SCRIPT.id)
        .join(_PARTICIPANT, _PARTICIPANT.id == _SCRIPT.participant_id)
        .where(
            _SCRIPT.id == script_id,
            or_(*(_PARTICIPANT.school_id.in_(one) for one in (works, also, holds))),
        )
        .exists()
    )
