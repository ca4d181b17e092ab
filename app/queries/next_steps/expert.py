"""What an expert should do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_clock import Clocks
from app.bridge.terms import told_term
from app.bridge.titles import title_of
from app.controls import IN_LIST
from app.models import (
    Assignment,
    Exam,
    Expert,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    Script,
    Sheet,
)
from app.queries.controls import list_unqualified
from app.queries.next_steps.commission import URGENCIES
from app.queries.next_steps.step import Step, Urgency, step


def expert_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Works that are his and not handed in, exam by exam."""
    if not actor.holds(Permission.SCORE):
        return
    yield from _rechecks(session, actor, today)
    for exam in list_unqualified(session, by=actor, today=today):
        yield step(
            "%(exam)s: до начала проверки пройдите отбор на работах с согласованными баллами.",
            "guidance.own",
            urgency=_urgency(exam, today),
            exam=title_of(exam),
        )
    for exam, count in session.execute(_waiting(actor, Assignment.round.in_(IN_LIST))):
        yield step(
            "%(exam)s: осталось проверить работ: %(count)s, до %(due)s.",
            "scoring.index",
            urgency=_urgency(exam, today),
            exam=title_of(exam),
            count=count,
            due=f"{exam.scoring_ends_on:%d.%m.%Y}",
        )


def _rechecks(session: Session, actor: Actor, today: date) -> Iterator[Step]:
    """What the commission gave him; its term is the hand-over's, not the exam's."""
    clocks = Clocks(session=session, today=today)
    query = (
        select(RecheckHandover, Exam, func.count(RecheckReading.id))
        .join(RecheckCase, RecheckCase.handover_id == RecheckHandover.id)
        .join(Exam, Exam.id == RecheckCase.exam_id)
        .join(RecheckReading, RecheckReading.case_id == RecheckCase.id)
        .join(Assignment, Assignment.id == RecheckReading.assignment_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            Expert.person_id == actor.person_id,
            Expert.withdrawn_at.is_(None),
            Assignment.withdrawn_at.is_(None),
            RecheckReading.done_at.is_(None),
        )
        .group_by(RecheckHandover.id, Exam.id)
        .order_by(RecheckHandover.due_on, RecheckHandover.number, Exam.subject)
    )
    for handover, exam, count in session.execute(query):
        term = clocks.term(handover)
        yield step(
            "%(exam)s: комиссия ждёт вашей перепроверки, работ: %(count)s. Срок %(term)s.",
            "rechecks.desk",
            urgency=min(URGENCIES[term.standing], Urgency.SOON),
            exam=title_of(exam),
            count=count,
            term=told_term(term),
        )


def _waiting(actor: Actor, of_round: ColumnElement[bool]) -> Select[Exam, int]:
    """His works that are not handed in, counted by exam."""
    return (
        select(Exam, func.count(Assignment.id))
        .join(Script, Script.exam_id == Exam.id)
        .join(Assignment, Assignment.script_id == Script.id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Expert.person_id == actor.person_id,
            Expert.withdrawn_at.is_(None),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_(None),
            of_round,
        )
        .group_by(Exam.id)
        .order_by(Exam.scoring_ends_on, Exam.subject)
    )


def _urgency(exam: Exam, today: date) -> Urgency:
    if today > exam.scoring_ends_on:
        return Urgency.LATE
    return Urgency.SOON if (exam.scoring_ends_on - today).days <= 1 else Urgency.NOW
