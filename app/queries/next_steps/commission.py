"""What the commission should do next: appoint, decide, confirm; and what a school is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import (
    Campaign,
    CaseState,
    Participant,
    RecheckCase,
    RecheckDecision,
    RecheckHandover,
    Script,
)
from app.queries.next_steps.step import Step, Urgency, step
from scoring import WorkCalendar, working_days_left

AMBER_DAYS = 2
_CHAIR = {
    CaseState.OPENED: "Перепроверка № %(number)s: назначьте членов комиссии, работ: %(count)s."
    " Срок %(due)s, рабочих дней: %(left)s.",
    CaseState.READ: "Перепроверка № %(number)s: прочитано, нужно решение, работ: %(count)s."
    " Срок %(due)s, рабочих дней: %(left)s.",
    CaseState.READING: "Перепроверка № %(number)s: у членов комиссии, работ: %(count)s."
    " Срок %(due)s, рабочих дней: %(left)s.",
}
_SECOND = (
    "Перепроверка № %(number)s: подтвердите изменение баллов, работ: %(count)s."
    " Срок %(due)s, рабочих дней: %(left)s."
)


def commission_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Hand-overs with cases to appoint, to decide, or to confirm, by their due day."""
    chaired = actor.municipality_ids(Permission.DECIDE_RECHECK)
    for state, text in _CHAIR.items():
        yield from _steps(session, _open_cases(state, chaired), text, state, today)
    confirmed = actor.municipality_ids(Permission.CONFIRM_RECHECK)
    waiting = _open_cases(CaseState.SIGNED, confirmed).where(
        RecheckDecision.signed_by_id != actor.person_id
    )
    yield from _steps(session, waiting, _SECOND, CaseState.SIGNED, today)


def told_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Decisions of the commission that a school has not said it knows."""
    del today
    schools = actor.school_ids(Permission.RELEASE_RESULTS)
    query = (
        select(func.count(RecheckCase.id))
        .join(Script, Script.id == RecheckCase.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Participant.school_id.in_(schools),
            RecheckCase.state == CaseState.CLOSED,
            RecheckCase.acknowledged_at.is_(None),
        )
    )
    count = session.scalar(query)
    if count:
        yield step(
            "Комиссия решила дела о перепроверке ваших работ: %(count)s. Ознакомьтесь.",
            "rechecks.told",
            urgency=Urgency.SOON,
            count=count,
        )


def _open_cases(state: CaseState, places: frozenset[UUID]) -> Select[RecheckHandover, int, UUID]:
    return (
        select(RecheckHandover, func.count(RecheckCase.id.distinct()), func.min(RecheckCase.id))
        .join(RecheckCase, RecheckCase.handover_id == RecheckHandover.id)
        .join(Campaign, Campaign.id == RecheckHandover.campaign_id)
        .outerjoin(
            RecheckDecision,
            (RecheckDecision.case_id == RecheckCase.id) & RecheckDecision.returned_at.is_(None),
        )
        .where(Campaign.municipality_id.in_(places), RecheckCase.state == state)
        .group_by(RecheckHandover.id)
        .order_by(RecheckHandover.due_on, RecheckHandover.number)
    )


def _steps(
    session: Session,
    query: Select[RecheckHandover, int, UUID],
    text: str,
    state: CaseState,
    today: date,
) -> Iterator[Step]:
    for handover, count, case_id in session.execute(query):
        single = count == 1
        left = working_days_left(today, handover.due_on, calendar=WorkCalendar())
        yield step(
            text,
            "rechecks.case" if single else "rechecks.index",
            urgency=_urgency(left),
            values={"case_id": case_id} if single else {"state": state.value},
            number=handover.number,
            count=count,
            due=f"{handover.due_on:%d.%m.%Y}",
            left=left,
        )


def _urgency(left: int) -> Urgency:
    if left < 0:
        return Urgency.LATE
    return Urgency.SOON if left <= AMBER_DAYS else Urgency.NOW
