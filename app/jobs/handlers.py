"""What each kind of job does: a table of functions."""

from __future__ import annotations

from collections.abc import Callable

from app.jobs.planning import compare_schemes
from app.jobs.task import Task
from app.services.planning import COMPARE_JOB

HANDLERS: dict[str, Callable[[Task], None]] = {
    COMPARE_JOB: compare_schemes,
}
