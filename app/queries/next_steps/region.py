"""What those who watch others should do next: who is late, what is not begun, who asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import REGION_ROLES, Actor, Permission
from app.bridge.terms import Pace, calendar_in
from app.models import Campaign, Municipality, SupportTopic
from app.queries.board import BoardFilter, BoardRow, Level, get_board
from app.queries.next_steps.step import Step, Urgency, step
from app.queries.scope import municipality_ids
from app.queries.support import Show, shown

_MOST_TOLD = 5
_BELOW = {
    Level.MUNICIPALITY: ("board.place", "municipality_id"),
    Level.SCHOOL: ("board.school", "school_id"),
}
_MANY = {
    Level.MUNICIPALITY: "Опаздывают ещё муниципалитеты: %(count)s.",
    Level.SCHOOL: "Опаздывают школы: %(count)s.",
}
_MANY_WITHOUT = "Кампании %(year)s года ещё нет, муниципалитетов: %(count)s. Первые: %(names)s."


def watching_all_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Who is late among those whom he watches, and that nobody is when it is so."""
    if actor.holds(Permission.WATCH):
        yield from _late(session, actor, today)


def region_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """What nobody of the region has begun, and a year whose working days are not confirmed."""
    if not any(one.role in REGION_ROLES for one in actor.roles_for(Permission.WATCH)):
        return
    yield from _without_campaign(session, today)
    if not calendar_in(session, None, pace=Pace()).is_confirmed(today):
        yield step(
            "Календарь %(year)s года не подтверждён: сроки считаются предварительно.",
            "calendar.index",
            values={"year": str(today.year)},
            year=today.year,
        )


def _late(session: Session, actor: Actor, today: date) -> Iterator[Step]:
    """The latest municipalities, or the only late school, by name; others in one step."""
    board = get_board(session, actor=actor, today=today, wanted=BoardFilter())
    behind = [row for row in board.rows if row.late_total]
    named = _MOST_TOLD if board.level is Level.MUNICIPALITY or board.late == 1 else 0
    yield from (_late_step(board.level, row) for row in behind[:named])
    if board.late > named:
        yield step(
            _MANY[board.level],
            "board.index",
            urgency=Urgency.LATE,
            values={"late": "1"},
            count=board.late - named,
        )
    if board.total and not board.late:
        yield step(
            "Никто не опаздывает. Табло показывает, кто на каком шаге.",
            "board.index",
            urgency=Urgency.LATER,
        )


def _late_step(level: Level, row: BoardRow) -> Step:
    endpoint, key = _BELOW[level]
    return step(
        "%(name)s: просрочено шагов: %(count)s.",
        endpoint,
        urgency=Urgency.LATE,
        values={key: row.id, "late": "1"},
        name=row.name,
        count=row.late_total,
    )


def _without_campaign(session: Session, today: date) -> Iterator[Step]:
    begun = select(Campaign.municipality_id).where(Campaign.year >= today.year)
    query = select(Municipality.name).where(Municipality.id.not_in(begun))
    names = session.scalars(query.order_by(Municipality.name, Municipality.id)).all()
    if names:
        more = len(names) > _MOST_TOLD
        yield step(
            _MANY_WITHOUT if more else "Кампании %(year)s года ещё нет: %(names)s.",
            "exams.index",
            year=today.year,
            count=len(names),
            names=", ".join(names[:_MOST_TOLD]),
        )


def asked_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Questions of schools that nobody has answered, campaign by campaign."""
    del today
    places = municipality_ids(session, actor=actor, permission=Permission.ANSWER_SUPPORT)
    query = (
        select(Campaign, func.count(SupportTopic.id))
        .join(SupportTopic, SupportTopic.campaign_id == Campaign.id)
        .where(
            Campaign.municipality_id.in_(places),
            SupportTopic.destroyed_at.is_(None),
            *shown(Show.OPEN),
        )
        .group_by(Campaign.id)
        .order_by(func.min(SupportTopic.asked_at), Campaign.id)
        .limit(_MOST_TOLD)
    )
    for campaign, count in session.execute(query):
        yield _asked(campaign.id, campaign.municipality.name, count)


def _asked(campaign_id: UUID, place: str, count: int) -> Step:
    return step(
        "%(place)s: вопросов без ответа: %(count)s.",
        "support.index",
        values={"campaign": campaign_id, "show": Show.OPEN.value},
        place=place,
        count=count,
    )
