"""What a moment is by the municipality's clock: its day, an exam's opening, the end of scoring."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models import Exam, Municipality


def criteria_open_at(exam: Exam) -> datetime:
    """The moment before which nobody sees criteria or scans (P 6.6.2)."""
    return _local(exam, datetime.combine(exam.held_on, exam.criteria_open_at_local))


def scoring_ends_at(exam: Exam) -> datetime:
    """The first moment after the last day of scoring (P 7.7), or when the chair closed it."""
    ends_at = _local(exam, datetime.combine(exam.scoring_ends_on + timedelta(days=1), time.min))
    return ends_at if exam.closed_at is None else min(ends_at, exam.closed_at)


def local_time(exam: Exam, moment: datetime) -> datetime:
    """The moment as the municipality's clocks show it."""
    return moment.astimezone(_zone(exam))


def day_in(place: Municipality, moment: datetime) -> date:
    """The day that the municipality's calendars show at the moment."""
    return moment.astimezone(ZoneInfo(place.timezone)).date()


def _local(exam: Exam, wall_time: datetime) -> datetime:
    return wall_time.replace(tzinfo=_zone(exam)).astimezone(UTC)


def _zone(exam: Exam) -> ZoneInfo:
    return ZoneInfo(exam.campaign.municipality.timezone)
