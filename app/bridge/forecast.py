"""Loads -> the day when the last expert is done, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from scoring import WorkCalendar, due_after

# A teacher needs 20 to 30 minutes for a script of Russian; eight of ten experts are between.
MINUTES_MEDIAN, MINUTES_SPREAD = 25.0, 0.16
# After lessons he has between an hour and a half and two and a half hours a day.
DAILY_LEAST, DAILY_MOST = 90.0, 150.0
TRIALS = 400
LONGEST_DAYS = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """The last day of scoring: with eight chances of ten it lies from `early` to `late`."""

    early: date
    likely: date
    late: date

    def as_json(self) -> dict[str, Any]:
        """The days as a plan keeps them."""
        return {"early": str(self.early), "likely": str(self.likely), "late": str(self.late)}


def forecast(loads: Mapping[str, int], *, starts_on: date) -> Forecast:
    """When everybody is done, by trials with a fixed seed over paces and hours a day.

    Args:
        loads: scripts by expert.
        starts_on: the day before the first day of scoring.
    """
    scripts = np.array(sorted(loads.values()), dtype=float)
    if not len(scripts):
        return Forecast(early=starts_on, likely=starts_on, late=starts_on)
    rng = np.random.default_rng(0)
    shape = (TRIALS, len(scripts))
    minutes = MINUTES_MEDIAN * np.exp(rng.normal(0.0, MINUTES_SPREAD, shape))
    daily = rng.uniform(DAILY_LEAST, DAILY_MOST, shape)
    days = np.ceil(scripts * minutes / daily).max(axis=1)
    early, likely, late = np.quantile(days, (0.1, 0.5, 0.9), method="nearest").tolist()
    return Forecast(
        early=_after(starts_on, early),
        likely=_after(starts_on, likely),
        late=_after(starts_on, late),
    )


def _after(day: date, working_days: float) -> date:
    days = min(max(1, round(working_days)), LONGEST_DAYS)
    return due_after(day, working_days=days, calendar=WorkCalendar()).on
