"""Open cases and standing members -> what the library of scoring reckons a load by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.bridge.subjects import subject_key
from app.bridge.terms import Pace
from app.cases import READERS_OF
from app.models import (
    Assignment,
    Campaign,
    CaseState,
    CommissionMember,
    Exam,
    Expert,
    Participant,
    Person,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    Script,
    TaughtSubject,
    Workplace,
)
from scoring import WorkCalendar
from scoring.capacity import Demand

_ONE_DAY = timedelta(days=1)
Value = TypeVar("Value", str, UUID)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A standing member: what he teaches, and where he works."""

    expert_id: UUID
    name: str
    subjects: frozenset[str]
    schools: frozenset[UUID]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A script as far as it decides who may read it."""

    script_id: UUID
    subject: str
    school_id: UUID


def standing_members(session: Session, municipality_id: UUID) -> tuple[Member, ...]:
    """The commission's members by name."""
    query = (
        select(Expert, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .join(CommissionMember, CommissionMember.expert_id == Expert.id)
        .where(
            CommissionMember.municipality_id == municipality_id,
            CommissionMember.withdrawn_at.is_(None),
            Expert.withdrawn_at.is_(None),
        )
        .order_by(Person.display_name, Expert.id)
    )
    rows = session.execute(query).unique().all()
    keys = {expert.id for expert, _ in rows}
    subjects = _sets(session, select(TaughtSubject.expert_id, TaughtSubject.subject), keys)
    also_at = _sets(session, select(Workplace.expert_id, Workplace.school_id), keys)
    return tuple(
        Member(
            expert_id=expert.id,
            name=name,
            subjects=frozenset(subjects[expert.id]),
            schools=frozenset({expert.school_id, *also_at[expert.id]}),
        )
        for expert, name in rows
    )


def _sets(
    session: Session, query: Select[UUID, Value], keys: Collection[UUID]
) -> Mapping[UUID, set[Value]]:
    found: defaultdict[UUID, set[Value]] = defaultdict(set)
    for key, value in session.execute(query):
        if key in keys:
            found[key].add(value)
    return found


def daily_works(members: Iterable[Member], pace: Pace) -> dict[str, int]:
    """How many works each member reads on a working day."""
    return {str(one.expert_id): pace.works_a_day for one in members}


def works_of(session: Session, script_ids: Collection[UUID]) -> tuple[Work, ...]:
    """Scripts as far as they decide who may read them."""
    query = _works().where(Script.id.in_(script_ids))
    return tuple(
        Work(script_id=script_id, subject=subject, school_id=school_id)
        for script_id, subject, school_id in session.execute(query)
    )


def _works() -> Select[UUID, str, UUID]:
    return (
        select(Script.id, Exam.subject, Participant.school_id)
        .join(Exam, Exam.id == Script.exam_id)
        .join(Participant, Participant.id == Script.participant_id)
        .order_by(Script.id)
    )


def readers_of(
    session: Session, works: Sequence[Work], members: Sequence[Member]
) -> Mapping[UUID, frozenset[str]]:
    """Who may read each script: teaches the subject, is not of its school, never had it."""
    had = _had(session, [one.script_id for one in works], members)
    return {
        work.script_id: frozenset(
            str(one.expert_id)
            for one in members
            if subject_key(work.subject) in {subject_key(taught) for taught in one.subjects}
            and work.school_id not in one.schools
            and one.expert_id not in had[work.script_id]
        )
        for work in works
    }


def _had(
    session: Session, script_ids: Collection[UUID], members: Iterable[Member]
) -> Mapping[UUID, set[UUID]]:
    """Members who were ever given a script."""
    wanted = frozenset(script_ids)
    query = select(Assignment.script_id, Assignment.expert_id).where(
        Assignment.expert_id.in_([one.expert_id for one in members])
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for script_id, expert_id in session.execute(query):
        if script_id in wanted:
            found[script_id].add(expert_id)
    return found


def open_demands(
    session: Session, municipality_id: UUID, members: Sequence[Member]
) -> tuple[Demand, ...]:
    """Readings that are left to do: those in hand for their member, the others for who may."""
    in_hand = _in_hand(session, municipality_id)
    waiting = _waiting(session, municipality_id)
    works = works_of(session, [script_id for script_id, _, _ in waiting])
    readers = readers_of(session, works, members)
    return (
        *(
            Demand(due_on=due_on, works=1, members=frozenset({str(expert_id)}))
            for expert_id, due_on in in_hand
        ),
        *(
            Demand(due_on=due_on, works=count, members=readers[script_id])
            for script_id, due_on, count in waiting
        ),
    )


def _in_hand(session: Session, municipality_id: UUID) -> list[tuple[UUID, date]]:
    query = (
        select(Assignment.expert_id, RecheckHandover.due_on)
        .join(RecheckReading, RecheckReading.assignment_id == Assignment.id)
        .join(RecheckCase, RecheckCase.id == RecheckReading.case_id)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(Campaign, Campaign.id == RecheckHandover.campaign_id)
        .where(
            Campaign.municipality_id == municipality_id,
            RecheckCase.state.in_((CaseState.OPENED, CaseState.READING)),
            Assignment.withdrawn_at.is_(None),
            RecheckReading.done_at.is_(None),
        )
    )
    return [(expert_id, due_on) for expert_id, due_on in session.execute(query)]


def _waiting(session: Session, municipality_id: UUID) -> list[tuple[UUID, date, int]]:
    """Scripts that want readers: when they are due, and how many are wanted."""
    query = (
        select(
            RecheckCase.script_id, RecheckHandover.due_on, RecheckHandover.method, RecheckCase.id
        )
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(Campaign, Campaign.id == RecheckHandover.campaign_id)
        .where(Campaign.municipality_id == municipality_id, RecheckCase.state == CaseState.OPENED)
    )
    held = _held(session)
    return [
        (script_id, due_on, max(READERS_OF[method] - held[case_id], 0))
        for script_id, due_on, method, case_id in session.execute(query)
    ]


def _held(session: Session) -> Mapping[UUID, int]:
    """How many members hold a reading of each case that still wants one."""
    query = (
        select(RecheckReading.case_id)
        .join(RecheckCase, RecheckCase.id == RecheckReading.case_id)
        .join(Assignment, Assignment.id == RecheckReading.assignment_id)
        .where(RecheckCase.state == CaseState.OPENED, Assignment.withdrawn_at.is_(None))
    )
    found: defaultdict[UUID, int] = defaultdict(int)
    for case_id in session.scalars(query):
        found[case_id] += 1
    return found


def working_days(today: date, last: date, calendar: WorkCalendar) -> list[date]:
    """Working days from today, which still counts, to the last one."""
    span = (today + step * _ONE_DAY for step in range((last - today).days + 1))
    return [day for day in span if calendar.is_working(day)]
