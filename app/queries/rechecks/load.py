"""The commission's load against its due dates: what it can do in time, and what it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.recheck_load import (
    Member,
    daily_works,
    open_demands,
    standing_members,
    working_days,
)
from app.bridge.terms import Pace, calendar_of, pace_of
from app.models import Campaign
from scoring.capacity import Demand, DueDay, plan_load


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadDay:
    """One day ahead.

    Attributes:
        on: the day.
        works: whether members work on it.
        due: readings that are due on it.
        short: how many of them the commission does not finish by then.
    """

    on: date
    works: bool
    due: int
    short: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLoad:
    """A member and how many readings he has in hand."""

    name: str
    subjects: str
    in_hand: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadView:
    """A municipality's commission against its due dates.

    Attributes:
        municipality: its name.
        pace: the minutes by which it is reckoned.
        overdue: readings whose day has passed.
        days: working days from today to the last due day.
        members: the standing members by name.
    """

    municipality: str
    pace: Pace
    overdue: int
    days: tuple[LoadDay, ...]
    members: tuple[MemberLoad, ...]

    @property
    def a_day(self) -> int:
        """Readings that all members together do a day."""
        return self.pace.works_a_day * len(self.members)

    @property
    def due(self) -> int:
        """Readings that are left to do."""
        return self.overdue + sum(day.due for day in self.days)

    @property
    def short(self) -> int:
        """Readings that cannot be done by their day, those of passed days not counted."""
        return sum(day.short for day in self.days)


def list_loads(session: Session, *, actor: Actor, today: date) -> tuple[LoadView, ...]:
    """The load of every commission that the person runs, by municipality."""
    places = actor.municipality_ids(Permission.RUN_RECHECK)
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.municipality_id.in_(places))
        .order_by(Campaign.year, Campaign.name)
    )
    newest = {campaign.municipality_id: campaign for campaign in campaigns}
    found = (_load(session, campaign, today) for campaign in newest.values())
    return tuple(sorted(found, key=lambda one: one.municipality))


def _load(session: Session, campaign: Campaign, today: date) -> LoadView:
    pace, calendar = pace_of(session, campaign.id), calendar_of(session, campaign)
    members = standing_members(session, campaign.municipality_id)
    demands = open_demands(session, campaign.municipality_id, members)
    days = working_days(today, max((one.due_on for one in demands), default=today), calendar)
    planned = plan_load(demands, works_a_day=daily_works(members, pace), days=days)
    return LoadView(
        municipality=campaign.municipality.name,
        pace=pace,
        overdue=sum(day.due for day in planned if day.on < today),
        days=_across(days, planned, today),
        members=_member_loads(members, demands),
    )


def _across(days: Sequence[date], planned: Iterable[DueDay], today: date) -> tuple[LoadDay, ...]:
    due = {day.on: day for day in planned if day.on >= today}
    return tuple(
        LoadDay(
            on=on,
            works=on in days,
            due=due[on].due if on in due else 0,
            short=due[on].short if on in due else 0,
        )
        for on in sorted({*days, *due})
    )


def _member_loads(members: Iterable[Member], demands: Iterable[Demand]) -> tuple[MemberLoad, ...]:
    """What only one member can do is what he has in hand, or what waits for him alone."""
    in_hand: Counter[str] = Counter()
    for demand in demands:
        if len(demand.members) == 1:
            in_hand[next(iter(demand.members))] += demand.works
    return tuple(
        MemberLoad(
            name=one.name,
            subjects=", ".join(sorted(one.subjects)),
            in_hand=in_hand[str(one.expert_id)],
        )
        for one in members
    )
