"""Control works -> agreed sheets, verdicts, tries; who may be given which; who may score now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.desk import check_exam_open, find_sheet
from app.bridge.hours import local_time
from app.bridge.scheme import scheme_of
from app.bridge.sheets import score_sheet_of
from app.bridge.subjects import same_subject
from app.bridge.terms import calendar_of
from app.controls import find_rule
from app.errors import NotYours
from app.models import (
    BLIND,
    Assignment,
    Conflict,
    ControlReading,
    ControlRule,
    ControlUse,
    ControlWork,
    Exam,
    Expert,
    Script,
    TaughtClass,
    Workplace,
)
from scoring import ScoreSheet, Tolerance, Verdict, X, judge, working_days_left


def day_began(exam: Exam, moment: datetime) -> datetime:
    """The midnight before a moment, by the clocks of the exam's municipality."""
    local = local_time(exam, moment)
    return datetime.combine(local.date(), time.min, tzinfo=local.tzinfo)


def scoring_days_left(session: Session, exam: Exam, moment: datetime) -> int:
    """On how many days scoring goes on: the first of them, and the working days after it."""
    first = max(local_time(exam, moment).date(), exam.held_on)
    last = max(first, exam.scoring_ends_on)
    return 1 + working_days_left(first, last, calendar=calendar_of(session, exam.campaign))


def agreed_sheet(work: ControlWork) -> ScoreSheet:
    """The agreed points of a control work."""
    return ScoreSheet(
        scheme=scheme_of(work.script.exam),
        points={
            row.criterion.label: X if row.points is None else row.points for row in work.points
        },
    )


def tolerance_of(rule: ControlRule | None) -> Tolerance:
    """The tolerance of an exam's controls."""
    if rule is None:
        return Tolerance()
    return Tolerance(total=rule.total_tolerance, criterion=rule.criterion_tolerance)


def verdict_of(session: Session, reading: ControlReading) -> Verdict | None:
    """A reading held against the agreed points; None while its sheet is not handed in."""
    sheet = find_sheet(session, reading.assignment_id)
    if sheet is None or sheet.submitted_at is None:
        return None
    rule = find_rule(session, reading.assignment.script.exam_id)
    return judge(score_sheet_of(sheet), agreed_sheet(reading.work), tolerance=tolerance_of(rule))


def find_control(session: Session, assignment_id: UUID) -> ControlReading | None:
    """The control behind an assignment, if it is one."""
    return session.scalar(
        select(ControlReading).where(ControlReading.assignment_id == assignment_id)
    )


def list_controls(session: Session, *, exam_id: UUID, use: ControlUse) -> list[ControlWork]:
    """The standing control works of an exam, the earliest declared first."""
    query = (
        select(ControlWork)
        .join(Script, Script.id == ControlWork.script_id)
        .where(
            Script.exam_id == exam_id,
            ControlWork.use == use,
            ControlWork.withdrawn_at.is_(None),
        )
        .order_by(ControlWork.declared_at, ControlWork.id)
    )
    return list(session.scalars(query))


def control_pool(
    session: Session, *, exam: Exam, use: ControlUse, experts: Sequence[UUID]
) -> dict[UUID, list[ControlWork]]:
    """Control works that each expert may be given, in a seeded order of his own.

    He never had the script in any round, does not teach its class, and has no conflict with it;
    works of other schools come before those of his own.
    """
    works = list_controls(session, exam_id=exam.id, use=use)
    had = _had(session, exam.id)
    rows = session.scalars(select(Expert).where(Expert.id.in_(experts))).all()
    return {
        row.id: _ordered(
            [one for one in works if one.script_id not in had[row.id] and not _tied(row, one)],
            row,
        )
        for row in rows
    }


def _had(session: Session, exam_id: UUID) -> defaultdict[UUID, set[UUID]]:
    query = (
        select(Assignment.expert_id, Assignment.script_id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam_id)
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for expert, script in session.execute(query):
        found[expert].add(script)
    return found


def _tied(expert: Expert, work: ControlWork) -> bool:
    who = work.script.participant
    taught: list[TaughtClass] = expert.classes
    conflicts: list[Conflict] = expert.conflicts
    return any(one.class_id == who.class_id for one in taught) or any(
        one.withdrawn_at is None
        and (
            one.school_id == who.school_id
            or one.class_id == who.class_id
            or one.participant_id == who.id
        )
        for one in conflicts
    )


def _ordered(works: list[ControlWork], expert: Expert) -> list[ControlWork]:
    rng = np.random.default_rng(expert.id.int % 2**32)
    mixed = [works[place] for place in rng.permutation(len(works))]
    also: list[Workplace] = expert.workplaces
    own = {expert.school_id, *(place.school_id for place in also)}
    return sorted(mixed, key=lambda work: work.script.participant.school_id in own)


def list_readers(session: Session, *, exam_id: UUID) -> list[UUID]:
    """Experts who hold works of the exam by plan."""
    query = (
        select(Assignment.expert_id)
        .join(Script, Script.id == Assignment.script_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(BLIND),
            Expert.withdrawn_at.is_(None),
        )
        .distinct()
        .order_by(Assignment.expert_id)
    )
    return list(session.scalars(query))


def own_expert(session: Session, *, exam_id: UUID, by: Actor, at: datetime) -> tuple[Exam, Expert]:
    """The exam, and the acting person as an expert of its subject.

    Raises:
        NotYours: there is no such exam, or it is of another municipality or subject.
        CriteriaClosed: the hour of the criteria has not come.
    """
    exam = session.get(Exam, exam_id)
    expert = session.scalar(
        select(Expert).where(Expert.person_id == by.person_id, Expert.withdrawn_at.is_(None))
    )
    if exam is None or expert is None:
        raise NotYours
    if expert.school.municipality_id != exam.campaign.municipality_id:
        raise NotYours
    if not any(same_subject(one.subject, exam.subject) for one in expert.subjects):
        raise NotYours
    check_exam_open(exam, at=at)
    return exam, expert
