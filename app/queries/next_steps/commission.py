"""What the commission should do next: appoint, decide, confirm; and what a school is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.independence import is_independent
from app.bridge.recheck_clock import Clocks
from app.bridge.terms import Standing, told_term
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

_MOST_TOLD = 5
URGENCIES = {
    Standing.LATE: Urgency.LATE,
    Standing.TODAY: Urgency.SOON,
    Standing.SOON: Urgency.SOON,
    Standing.RUNNING: Urgency.NOW,
}
_WATCHED = {
    Standing.LATE: "Перепроверки: срок прошёл, дел: %(count)s.",
    Standing.TODAY: "Перепроверки: срок сегодня, дел: %(count)s.",
    Standing.SOON: "Перепроверки: осталось два рабочих дня или меньше, дел: %(count)s.",
}
_CHAIR = {
    CaseState.OPENED: "Перепроверка № %(number)s: назначьте членов комиссии, работ: %(count)s."
    " Срок %(term)s.",
    CaseState.READ: "Перепроверка № %(number)s: прочитано, нужно решение, работ: %(count)s."
    " Срок %(term)s.",
    CaseState.READING: "Перепроверка № %(number)s: у членов комиссии, работ: %(count)s."
    " Срок %(term)s.",
}
_SECOND = (
    "Перепроверка № %(number)s: подтвердите изменение баллов, работ: %(count)s. Срок %(term)s."
)


def commission_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Hand-overs with cases to appoint, to decide, or to confirm, by their due day."""
    chaired = actor.municipality_ids(Permission.DECIDE_RECHECK)
    for state, text in _CHAIR.items():
        yield from _steps(session, _open_cases(state, chaired), text, state, today)
    confirmed = actor.municipality_ids(Permission.CONFIRM_RECHECK)
    waiting = _open_cases(CaseState.SIGNED, confirmed).where(
        RecheckDecision.signed_by_id != actor.person_id,
        is_independent(RecheckCase.script_id, actor.person_id),
    )
    yield from _steps(session, waiting, _SECOND, CaseState.SIGNED, today)


def watching_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """How many cases of his municipality are late or close, for a coordinator who only watches."""
    places = actor.municipality_ids(Permission.RUN_RECHECK) - actor.municipality_ids(
        Permission.DECIDE_RECHECK
    )
    clocks = Clocks(session=session, today=today)
    campaigns = list(
        session.scalars(select(Campaign.id).where(Campaign.municipality_id.in_(places)))
    )
    for standing, text in _WATCHED.items():
        query = (
            select(func.count(RecheckCase.id))
            .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
            .where(
                RecheckHandover.campaign_id.in_(campaigns),
                RecheckCase.state != CaseState.CLOSED,
                clocks.stands(standing, campaigns),
            )
        )
        count = session.scalar(query)
        if count:
            yield step(
                text,
                "rechecks.index",
                urgency=URGENCIES[standing],
                values={"due": standing.value},
                count=count,
            )


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


def _open_cases(state: CaseState, places: frozenset[UUID]) -> Select[RecheckHandover, int, str]:
    # PostgreSQL has no least of keys, but one of texts.
    one_of_them = func.min(cast(RecheckCase.id, String))
    return (
        select(RecheckHandover, func.count(RecheckCase.id.distinct()), one_of_them)
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
    query: Select[RecheckHandover, int, str],
    text: str,
    state: CaseState,
    today: date,
) -> Iterator[Step]:
    """The nearest hand-overs one by one, the others in one step."""
    clocks = Clocks(session=session, today=today)
    found = session.execute(query).all()
    for handover, count, case_id in found[:_MOST_TOLD]:
        single, term = count == 1, clocks.term(handover)
        yield step(
            text,
            "rechecks.case" if single else "rechecks.index",
            urgency=URGENCIES[term.standing],
            values={"case_id": UUID(case_id)} if single else {"state": state.value},
            number=handover.number,
            count=count,
            term=told_term(term),
        )
    others = found[_MOST_TOLD:]
    if others:
        term = clocks.term(others[0][0])
        yield step(
            "Перепроверки, ещё передач: %(others)s, работ: %(count)s. Ближайший срок %(term)s.",
            "rechecks.index",
            urgency=URGENCIES[term.standing],
            values={"state": state.value},
            others=len(others),
            count=sum(count for _, count, _ in others),
            term=told_term(term),
        )
