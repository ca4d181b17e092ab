"""Rows of experts -> the assignment library's experts, with the room that other work leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

import assignment as lib
from app.bridge.readings import Reading
from app.bridge.subjects import same_subject
from app.models import Conflict, Exam, Expert, School
from assignment.eligibility import experienced


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointed:
    """An expert of the exam's subject, as rows tell him."""

    id: UUID
    school_id: UUID
    participating: bool
    also_at: tuple[UUID, ...]
    capacity: int
    min_load: int
    in_commission: bool
    withdrawn: bool
    since_on: date
    classes: tuple[UUID, ...]
    conflicts: tuple[tuple[lib.ConflictLevel, UUID], ...]

    @property
    def workplaces(self) -> tuple[UUID, ...]:
        """Every school where he works, the main one first."""
        return (self.school_id, *self.also_at)


def appointed_experts(
    session: Session, *, exam: Exam, readings: Iterable[Reading]
) -> list[Appointed]:
    """Experts of the municipality who teach the exam's subject, by key.

    Those who left, or whose account is closed, are in it only while they hold unfinished scripts
    of this exam.
    """
    holders = {
        reading.expert_id
        for reading in readings
        if reading.active and not reading.submitted and reading.place is not None
    }
    query = (
        select(Expert)
        .join(School, School.id == Expert.school_id)
        .where(School.municipality_id == exam.campaign.municipality_id)
        .options(
            selectinload(Expert.person),
            selectinload(Expert.school),
            selectinload(Expert.workplaces),
            selectinload(Expert.subjects),
            selectinload(Expert.classes),
            selectinload(Expert.conflicts),
        )
        .order_by(Expert.id)
        .execution_options(populate_existing=True)
    )
    return [
        _appointed(row, since)
        for row in session.scalars(query)
        if (since := _teaches_since(row, exam.subject)) is not None
        if not has_left(row) or row.id in holders
    ]


def has_left(expert: Expert) -> bool:
    """Whether he takes no part any more: withdrawn, or unable to log in."""
    return expert.withdrawn_at is not None or expert.person.disabled_at is not None


def _teaches_since(expert: Expert, subject: str) -> date | None:
    """The first day of teaching the subject, under any spelling of it."""
    days = (row.since_on for row in expert.subjects if same_subject(row.subject, subject))
    return min(days, default=None)


def _appointed(row: Expert, since: date) -> Appointed:
    return Appointed(
        id=row.id,
        school_id=row.school_id,
        participating=row.school.participating,
        also_at=tuple(sorted(place.school_id for place in row.workplaces)),
        capacity=row.capacity,
        min_load=row.min_load,
        in_commission=row.in_commission,
        withdrawn=has_left(row),
        since_on=since,
        classes=tuple(sorted(taught.class_id for taught in row.classes)),
        conflicts=tuple(_conflict(one) for one in row.conflicts if one.withdrawn_at is None),
    )


def _conflict(row: Conflict) -> tuple[lib.ConflictLevel, UUID]:
    ref = row.school_id or row.class_id or row.participant_id
    if ref is None:
        raise RuntimeError("a conflict of interest without its reference")
    return lib.ConflictLevel(row.level.value), ref


def to_experts(
    experts: Sequence[Appointed],
    *,
    exam: lib.Exam,
    rules: lib.Rules,
    taken: Mapping[UUID, int],
    script_of: Mapping[UUID, UUID],
    own_schools: frozenset[UUID],
) -> tuple[lib.Expert, ...]:
    """The library's experts: room less what other work takes, least load where it can be asked.

    Args:
        experts: who they are.
        exam: the exam to be scored.
        rules: the problem's rules.
        taken: places that other work takes, by expert.
        script_of: participant -> script, so that a conflict with a code finds its script.
        own_schools: schools whose scripts are to be scored; in the in-school scheme a least load
            is not asked of an expert who works in none of them.
    """
    in_school = rules.scheme is lib.Scheme.IN_SCHOOL
    return tuple(
        _with_least_load(
            to_expert(one, exam=exam, script_of=script_of, taken=taken.get(one.id, 0)),
            least=one.min_load - taken.get(one.id, 0),
            asked=not in_school or not own_schools.isdisjoint(one.workplaces),
            exam=exam,
            rules=rules,
        )
        for one in experts
    )


def to_expert(
    one: Appointed, *, exam: lib.Exam, script_of: Mapping[UUID, UUID], taken: int = 0
) -> lib.Expert:
    """The library's expert, less the places that other work takes; no least load is asked.

    Args:
        one: who he is.
        exam: the exam to be scored.
        script_of: participant -> script, so that a conflict with a code finds its script.
        taken: places that other work takes.
    """
    return lib.Expert(
        id=str(one.id),
        school=str(one.school_id),
        also_at=tuple(map(str, one.also_at)),
        capacity=max(0, one.capacity - taken),
        qualifications=(lib.Qualification(subject=exam.subject, since=one.since_on),),
        teaches=tuple(map(str, one.classes)),
        conflicts=tuple(
            lib.Conflict(level=level, ref=str(script_of.get(ref, ref)))
            for level, ref in one.conflicts
        ),
    )


def _with_least_load(
    expert: lib.Expert, *, least: int, asked: bool, exam: lib.Exam, rules: lib.Rules
) -> lib.Expert:
    if not asked or not experienced(expert, exam, rules):
        return expert
    return replace(expert, min_load=min(expert.capacity, max(0, least)))
