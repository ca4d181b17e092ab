"""When an exam's criteria open and its scoring ends, by the municipality's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models import Exam


def criteria_open_at(exam: Exam) -> datetime:
    """The moment before which nobody sees criteria or scans (P 6.6.2)."""
    return _local(exam, datetime.combine(exam.held_on, exam.criteria_open_at_local))


def scoring_ends_at(exam: Exam) -> datetime:
    """The first moment after the last day of scoring (P 7.7)."""
    return _local(exam, datetime.combine(exam.scoring_ends_on + timedelta(days=1), time.min))


def local_time(exam: Exam, moment: datetime) -> datetime:
    """The moment as the municipality's clocks show it."""
    return moment.astimezone(_zone(exam))


def _local(exam: Exam, wall_time: datetime) -> datetime:
    return wall_time.replace(tzinfo=_zone(exam)).astimezone(UTC)


def _zone(exam: Exam) -> ZoneInfo:
    return ZoneInfo(exam.campaign.municipality.timezone)
