"""The order of a campaign: its dates and terms, kept as versions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record_about
from app.bridge.places import get_campaign_of
from app.bridge.schedule import Order, schedules_of
from app.errors import Refusal
from app.models import CampaignOrder

LONGEST_DOCUMENT = 300
TERM_DAYS = range(1, 101)


def set_order(
    session: Session, *, campaign_id: UUID, order: Order, by: Actor, at: datetime
) -> bool:
    """Write a version of the campaign's order; the same words make none.

    Returns:
        Whether a version was made.

    Raises:
        NotYours: the campaign is not his.
        Refusal: no document is named, a term is out of bounds, or dates are out of order.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=by, lock=True
    )
    _check(order)
    last = schedules_of(session, [campaign]).orders[campaign_id]
    if _said(last) == _said(order):
        return False
    made = CampaignOrder(
        campaign_id=campaign_id,
        number=last.number + 1,
        document=order.document.strip(),
        results_on=order.results_on,
        set_at=at,
        set_by_id=by.person_id,
        **asdict(order.dates),
        **asdict(order.terms),
    )
    session.add(made)
    session.flush()
    record_about(
        session,
        campaign,
        "campaign.order_set",
        by=by,
        at=at,
        old=_said(last),
        new=_said(order),
    )
    return True


def _check(order: Order) -> None:
    if not 1 <= len(order.document.strip()) <= LONGEST_DOCUMENT:
        raise Refusal("Назовите приказ с графиком: от 1 до %(most)s знаков.", most=LONGEST_DOCUMENT)
    for days in asdict(order.terms).values():
        if days is not None and days not in TERM_DAYS:
            raise Refusal(
                "Срок «%(days)s»: ожидается от %(first)s до %(last)s дней.",
                days=days,
                first=TERM_DAYS[0],
                last=TERM_DAYS[-1],
            )
    applications, timetable = order.dates.applications_due_on, order.dates.timetable_due_on
    if applications is not None and timetable is not None and timetable < applications:
        raise Refusal("Расписание школы составляют не раньше, чем подадут заявки.")


def _said(order: Order) -> dict[str, str]:
    facts = {**asdict(order.dates), **asdict(order.terms), "results_on": order.results_on}
    told = {name: str(value) for name, value in facts.items() if value is not None}
    return {"document": order.document.strip(), **told}
