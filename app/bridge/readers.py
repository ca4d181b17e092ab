"""One script and the experts who might read it once more, as the assignment library wants them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

import assignment as library
from app.bridge.options import PlanOptions
from app.models import (
    Assignment,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    Person,
    Plan,
    Scheme,
    School,
    Script,
)
from assignment import Nobody, OwnClass, Picked, Problem


def pick_reader(session: Session, script: Script) -> Picked | Nobody:
    """An expert who never had this script, by the rules of its plan, the least loaded first.

    In the in-school scheme a teacher of the class is taken only when nobody else is left.
    """
    plan = _plan_of(session, script)
    scheme = plan.scheme if plan else Scheme.MUNICIPAL  # without a plan the strictest one holds
    experts = _experts(session, script)
    if plan is not None and plan.scheme is Scheme.MUNICIPAL and not _takes_all(plan):
        experts = [one for one in experts if one.in_commission]
    outcome = _pick(session, script, experts, scheme, OwnClass.FORBID)
    if isinstance(outcome, Nobody):
        outcome = _pick(session, script, experts, scheme, OwnClass.AVOID)
    return outcome


def pick_member(session: Session, script: Script, members: Collection[UUID]) -> Picked | Nobody:
    """A member of the commission independent of the script, the least loaded first (P 9.3).

    Args:
        session: the database.
        script: what is to be read again.
        members: experts of the commission.
    """
    experts = [one for one in _experts(session, script) if one.id in members]
    return _pick(session, script, experts, Scheme.MUNICIPAL, OwnClass.FORBID)


def _pick(
    session: Session, script: Script, experts: list[Expert], scheme: Scheme, own_class: OwnClass
) -> Picked | Nobody:
    return library.pick_expert(
        _loads(session, script.exam, experts),
        problem=_problem(session, script, experts, scheme=scheme, own_class=own_class),
        script=str(script.id),
        scored_by=_earlier_readers(session, script),
        seed=script.id.int % 2**32,
    )


def _plan_of(session: Session, script: Script) -> Plan | None:
    """The plan that gave the script its first readers."""
    return session.scalar(
        select(Plan)
        .join(Assignment, Assignment.plan_id == Plan.id)
        .where(Assignment.script_id == script.id)
        .order_by(Assignment.created_at.desc())
        .limit(1)
    )


def _takes_all(plan: Plan) -> bool:
    """Whether the municipal commission is every fitting expert, not its members alone."""
    return PlanOptions.from_json(plan.options).all_qualified


def _problem(
    session: Session,
    script: Script,
    experts: list[Expert],
    *,
    scheme: Scheme,
    own_class: OwnClass,
) -> Problem:
    exam, participant = script.exam, script.participant
    return Problem(
        rules=library.Rules(scheme=library.Scheme(scheme.value), own_class=own_class),
        exams=(library.Exam(id=str(exam.id), subject=exam.subject, on=exam.held_on),),
        schools=_schools(session),
        classes=(library.Class(id=str(participant.class_id), school=str(participant.school_id)),),
        scripts=(
            library.Script(
                code=str(script.id), class_id=str(participant.class_id), exam=str(exam.id)
            ),
        ),
        experts=tuple(_expert(row, script) for row in experts),
    )


def _schools(session: Session) -> tuple[library.School, ...]:
    rows = session.scalars(select(School).order_by(School.id))
    return tuple(library.School(id=str(row.id), participating=row.participating) for row in rows)


def _experts(session: Session, script: Script) -> list[Expert]:
    query = (
        select(Expert)
        .join(Person, Person.id == Expert.person_id)
        .join(School, School.id == Expert.school_id)
        .where(
            School.municipality_id == script.exam.campaign.municipality_id,
            Expert.withdrawn_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .options(
            selectinload(Expert.workplaces),
            selectinload(Expert.subjects),
            selectinload(Expert.classes),
            selectinload(Expert.conflicts),
        )
        .order_by(Expert.id)
    )
    return list(session.scalars(query))


def _expert(row: Expert, script: Script) -> library.Expert:
    return library.Expert(
        id=str(row.id),
        school=str(row.school_id),
        capacity=row.capacity,
        also_at=tuple(str(place.school_id) for place in row.workplaces),
        qualifications=tuple(
            library.Qualification(subject=taught.subject, since=taught.since_on)
            for taught in row.subjects
        ),
        teaches=tuple(str(taught.class_id) for taught in row.classes),
        conflicts=tuple(
            _conflict(declared, script)
            for declared in row.conflicts
            if declared.withdrawn_at is None
        ),
    )


def _conflict(declared: Conflict, script: Script) -> library.Conflict:
    """A conflict with a participant is one with his script."""
    his = declared.participant_id == script.participant_id
    reference = {
        ConflictLevel.SCHOOL: declared.school_id,
        ConflictLevel.CLASS: declared.class_id,
        ConflictLevel.CODE: script.id if his else declared.participant_id,
    }[declared.level]
    return library.Conflict(level=library.ConflictLevel(declared.level.value), ref=str(reference))


def _loads(session: Session, exam: Exam, experts: list[Expert]) -> Mapping[str, int]:
    """Active scripts of each expert in the campaign, which is what a capacity counts."""
    query = (
        select(Assignment.expert_id, func.count())
        .join(Script, Script.id == Assignment.script_id)
        .join(Exam, Exam.id == Script.exam_id)
        .where(Exam.campaign_id == exam.campaign_id, Assignment.withdrawn_at.is_(None))
        .group_by(Assignment.expert_id)
    )
    counted: dict[UUID, int] = {row[0]: row[1] for row in session.execute(query)}
    return {str(row.id): counted.get(row.id, 0) for row in experts}


def _earlier_readers(session: Session, script: Script) -> frozenset[str]:
    """Everybody who ever had the script, withdrawn or not."""
    found = session.scalars(
        select(Assignment.expert_id).where(Assignment.script_id == script.id).distinct()
    )
    return frozenset(map(str, found))
