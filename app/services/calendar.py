"""The calendar of terms: days that differ, confirmed years, a campaign's week; all as versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record, record_about
from app.bridge.places import get_campaign_of
from app.bridge.terms import Pace, pace_of
from app.errors import NotYours, Refusal
from app.models import CalendarOverride, CampaignClock, ConfirmedYear, Municipality
from scoring import DayKind

LONGEST_SOURCE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class DayEntry:
    """A day that differs from the production calendar.

    Attributes:
        day: the day.
        kind: what it is.
        source: the act that says so.
    """

    day: date
    kind: DayKind
    source: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", _cleaned(self.source))


def _cleaned(source: str) -> str:
    cleaned = " ".join(source.split())
    if not 1 <= len(cleaned) <= LONGEST_SOURCE:
        raise Refusal(
            "Назовите акт, которым установлен день: от 1 до %(most)s знаков.", most=LONGEST_SOURCE
        )
    return cleaned


def set_day(
    session: Session, *, municipality_id: UUID | None, entry: DayEntry, by: Actor, at: datetime
) -> bool:
    """Say what a day is; an earlier word on it stays as a withdrawn version.

    Args:
        session: a writing session.
        municipality_id: whose day; None for the whole installation.
        entry: the day.
        by: who keeps the calendar there.
        at: when.

    Returns:
        Whether anything changed.

    Raises:
        NotYours: the calendar there is not his to keep.
    """
    _require(session, municipality_id, by)
    standing = _standing_day(session, municipality_id, entry.day)
    if standing is not None and (standing.kind, standing.source) == (entry.kind, entry.source):
        return False
    if standing is not None:
        _end(session, standing, by=by, at=at)
    made = CalendarOverride(
        municipality_id=municipality_id,
        day=entry.day,
        kind=entry.kind,
        source=entry.source,
        added_at=at,
        added_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    old = _day_facts(standing) if standing else None
    _tell(session, made, "calendar.day_set", by=by, at=at, old=old, new=_day_facts(made))
    return True


def set_days(
    session: Session,
    *,
    municipality_id: UUID | None,
    entries: Sequence[DayEntry],
    by: Actor,
    at: datetime,
) -> int:
    """Say what many days are, as a file brings them; gives how many changed.

    Raises:
        NotYours: the calendar there is not his to keep.
    """
    _require(session, municipality_id, by)
    return sum(
        set_day(session, municipality_id=municipality_id, entry=entry, by=by, at=at)
        for entry in entries
    )


def withdraw_day(session: Session, *, override_id: UUID, by: Actor, at: datetime) -> None:
    """Take a day back; it stays as a version.

    Raises:
        NotYours: there is no such standing day, or the calendar there is not his.
    """
    found = session.get(CalendarOverride, override_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    _require(session, found.municipality_id, by)
    _end(session, found, by=by, at=at)
    _tell(session, found, "calendar.day_withdrawn", by=by, at=at, old=_day_facts(found))


def confirm_year(
    session: Session,
    *,
    municipality_id: UUID | None,
    year: int,
    source: str,
    by: Actor,
    at: datetime,
) -> None:
    """Say that the overrides bring all moved days of a year, and by which act.

    Raises:
        NotYours: the calendar there is not his to keep.
        Refusal: no act, or the year is confirmed already.
    """
    _require(session, municipality_id, by)
    standing = select(ConfirmedYear.id).where(
        ConfirmedYear.municipality_id == municipality_id
        if municipality_id
        else ConfirmedYear.municipality_id.is_(None),
        ConfirmedYear.year == year,
        ConfirmedYear.withdrawn_at.is_(None),
    )
    if session.scalar(standing) is not None:
        raise Refusal("Переносы %(year)s года уже подтверждены.", year=year)
    made = ConfirmedYear(
        municipality_id=municipality_id,
        year=year,
        source=_cleaned(source),
        added_at=at,
        added_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    new = {"year": year, "source": made.source}
    _tell(session, made, "calendar.year_confirmed", by=by, at=at, new=new)


def withdraw_year(session: Session, *, year_id: UUID, by: Actor, at: datetime) -> None:
    """Take a year's confirmation back.

    Raises:
        NotYours: there is none, or the calendar there is not his.
    """
    found = session.get(ConfirmedYear, year_id)
    if found is None or found.withdrawn_at is not None:
        raise NotYours
    _require(session, found.municipality_id, by)
    _end(session, found, by=by, at=at)
    old = {"year": found.year, "source": found.source}
    _tell(session, found, "calendar.year_withdrawn", by=by, at=at, old=old)


def set_pace(
    session: Session, *, campaign_id: UUID, pace: Pace, by: Actor, at: datetime
) -> CampaignClock:
    """Say how a campaign counts terms and what its commission does a day; a new version.

    Terms of cases that are open already stay as they were told.

    Raises:
        NotYours: the campaign is not his.
        Refusal: a member would not finish a single work a day, or nothing changes.
    """
    campaign = get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=by, lock=True
    )
    if not 1 <= pace.minutes_per_work <= pace.minutes_a_day:
        raise Refusal("За день член комиссии должен успевать хотя бы одну работу.")
    before = pace_of(session, campaign_id)
    if _pace_facts(before) == _pace_facts(pace):
        raise Refusal("Так уже записано: менять нечего.")
    made = CampaignClock(
        campaign_id=campaign_id,
        number=before.number + 1,
        week=pace.week,
        decree_days=pace.decree_days,
        minutes_per_work=pace.minutes_per_work,
        minutes_a_day=pace.minutes_a_day,
        set_at=at,
        set_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    record_about(
        session,
        campaign,
        "calendar.pace_set",
        by=by,
        at=at,
        old=_pace_facts(before),
        new=_pace_facts(pace),
    )
    return made


def _require(session: Session, municipality_id: UUID | None, by: Actor) -> None:
    if municipality_id is not None and session.get(Municipality, municipality_id) is None:
        raise NotYours
    by.require(Permission.KEEP_CALENDAR, municipality_id=municipality_id)


def _standing_day(
    session: Session, municipality_id: UUID | None, day: date
) -> CalendarOverride | None:
    query = select(CalendarOverride).where(
        CalendarOverride.municipality_id == municipality_id
        if municipality_id
        else CalendarOverride.municipality_id.is_(None),
        CalendarOverride.day == day,
        CalendarOverride.withdrawn_at.is_(None),
    )
    return session.scalar(query)


def _end(
    session: Session, row: CalendarOverride | ConfirmedYear, *, by: Actor, at: datetime
) -> None:
    row.withdrawn_at, row.withdrawn_by_id = at, by.person_id
    session.flush()


def _tell(
    session: Session,
    row: CalendarOverride | ConfirmedYear,
    action: str,
    *,
    by: Actor,
    at: datetime,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        action=action,
        subject_kind="calendar",
        subject_id=row.id,
        by=by,
        at=at,
        municipality_id=row.municipality_id,
        old=old,
        new=new,
    )


def _day_facts(row: CalendarOverride) -> dict[str, Any]:
    return {"day": str(row.day), "kind": row.kind.value, "source": row.source}


def _pace_facts(pace: Pace) -> dict[str, Any]:
    return {
        "week": int(pace.week),
        "decree_days": pace.decree_days.value,
        "minutes_per_work": pace.minutes_per_work,
        "minutes_a_day": pace.minutes_a_day,
    }
