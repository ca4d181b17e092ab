"""The same error elsewhere: works whose scorers scored the same criterion of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_result import old_points, proposal
from app.bridge.sheets import points_of
from app.errors import NotYours
from app.models import (
    BLIND,
    Assignment,
    FinalResult,
    Participant,
    PointVersion,
    RecheckCase,
    Round,
    School,
    SchoolClass,
    Script,
    Sheet,
)
from app.queries.rechecks.sight import get_case_row

_SCORING = (*BLIND, Round.THIRD)


@dataclass(frozen=True, kw_only=True, slots=True)
class SameWork:
    """A work that may share the error; its scorer is a number.

    Attributes:
        script_id: the work.
        scorer: a number that means the same scorer within the case.
        school: the school's name.
        class_name: 4А.
        code: the participant's code.
        points: what the scorer gave for the criterion.
        alike: he gave what he gave in the case.
    """

    script_id: UUID
    scorer: int
    school: str
    class_name: str
    code: str
    points: str
    alike: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SameError:
    """Works by the case's scorers, one criterion of them.

    Attributes:
        label: the criterion.
        changed: criteria that the commission reads otherwise.
        labels: every criterion.
        works: the works, those with the same points first.
    """

    label: str
    changed: tuple[str, ...]
    labels: tuple[str, ...]
    works: tuple[SameWork, ...]


def find_same_error(
    session: Session, *, case_id: UUID, label: str, actor: Actor
) -> SameError | None:
    """Works of the same scorers and criterion that the commission has never had.

    Args:
        session: the database.
        case_id: the case in which the error was found.
        label: the criterion; empty takes the first that changed.
        actor: who asks; only those who run rechecks are told.

    Returns:
        None while the case is not read.

    Raises:
        NotYours: the case is not in his sight, or there is no such criterion.
    """
    case = get_case_row(session, case_id, actor)[0]
    place = case.handover.campaign.municipality_id
    if not actor.may(Permission.RUN_RECHECK, municipality_id=place):
        return None
    changed = _changed(session, case)
    if changed is None:
        return None
    labels = tuple(row.label for row in case.exam.criteria)
    chosen = label or (changed[0] if changed else labels[0])
    if chosen not in labels:
        raise NotYours
    return SameError(
        label=chosen, changed=changed, labels=labels, works=_works(session, case, chosen)
    )


def _changed(session: Session, case: RecheckCase) -> tuple[str, ...] | None:
    """Criteria that the commission reads otherwise; None while nobody has handed in."""
    old, proposed = old_points(session, case), proposal(session, case)
    if proposed is None:
        return None
    if not isinstance(proposed, Mapping):
        return tuple(gap.label for gap in proposed.criteria)
    return tuple(row.label for row in case.exam.criteria if proposed[row.label] != old[row.label])


def _works(session: Session, case: RecheckCase, label: str) -> tuple[SameWork, ...]:
    scorers = _scorers(session, case)
    criterion = next(row for row in case.exam.criteria if row.label == label)
    rows = session.execute(_given(case, scorers, criterion.id)).all()
    here = {
        expert_id: str(points_of(version))
        for script_id, expert_id, *_, version in rows
        if script_id == case.script_id
    }
    found = (
        SameWork(
            script_id=script_id,
            scorer=scorers.index(expert_id) + 1,
            school=school,
            class_name=school_class.name,
            code=code,
            points=str(points_of(version)),
            alike=str(points_of(version)) == here.get(expert_id),
        )
        for script_id, expert_id, school, school_class, code, version in rows
        if script_id != case.script_id
    )
    return tuple(sorted(found, key=lambda one: (not one.alike, one.scorer, one.school, one.code)))


def _scorers(session: Session, case: RecheckCase) -> list[UUID]:
    """Who handed in points for the case's script, in an order that tells nothing of them."""
    query = (
        select(Assignment.expert_id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Assignment.script_id == case.script_id,
            Assignment.round.in_(_SCORING),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_not(None),
        )
        .order_by(Assignment.id)
    )
    return list(session.scalars(query))


def _given(
    case: RecheckCase, scorers: Sequence[UUID], criterion_id: UUID
) -> Select[UUID, UUID, str, SchoolClass, str, PointVersion]:
    newest = (
        select(PointVersion.sheet_id, func.max(PointVersion.number).label("number"))
        .where(PointVersion.criterion_id == criterion_id)
        .group_by(PointVersion.sheet_id)
        .subquery()
    )
    before = select(RecheckCase.script_id).where(RecheckCase.id != case.id)
    return (
        select(
            Assignment.script_id,
            Assignment.expert_id,
            School.name,
            SchoolClass,
            Participant.code,
            PointVersion,
        )
        .join(Script, Script.id == Assignment.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .join(newest, newest.c.sheet_id == Sheet.id)
        .join(
            PointVersion,
            (PointVersion.sheet_id == Sheet.id) & (PointVersion.number == newest.c.number),
        )
        .where(
            Script.exam_id == case.exam_id,
            Assignment.expert_id.in_(scorers),
            Assignment.round.in_(_SCORING),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_not(None),
            Script.id.in_(select(FinalResult.script_id)),
            Script.id.not_in(before),
        )
    )
