"""When a plan will be finished, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assignment.errors import AssignmentError
from assignment.plan import Plan
from assignment.problem import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Working days until the last expert is done, the first day counted as 1; 0 without work.

    Attributes:
        early: one plan in ten is finished by then.
        expected: one in two.
        late: nine in ten.
    """

    early: int
    expected: int
    late: int


def forecast(
    problem: Problem,
    plan: Plan,
    *,
    minutes_a_day: float,
    spread: float = 0.3,
    seed: int,
    draws: int = 2_000,
) -> Forecast:
    """Draw the day on which the slowest expert finishes.

    Every expert keeps a pace of his own: his minutes are multiplied by a log-normal factor of
    median 1.

    Args:
        problem: exams with the minutes one script takes.
        plan: who scores what.
        minutes_a_day: minutes an expert scores on a working day.
        spread: standard deviation of the logarithm of the pace; 0.3 makes one expert in six more
            than a third slower.
        seed: of the draws.
        draws: how many are drawn.

    Raises:
        AssignmentError: `minutes_a_day` is not positive.
    """
    if minutes_a_day <= 0:
        raise AssignmentError(
            "Минут в день: %(minutes)s, а нужно больше нуля", minutes=minutes_a_day
        )
    work = np.array(sorted(_minutes(problem, plan)))
    if not len(work):
        return Forecast(early=0, expected=0, late=0)
    pace = np.exp(spread * np.random.default_rng(seed).standard_normal((draws, len(work))))
    days = np.ceil((work * pace / minutes_a_day).max(axis=1))
    early, expected, late = np.quantile(days, [0.1, 0.5, 0.9], method="higher")
    return Forecast(early=int(early), expected=int(expected), late=int(late))


def _minutes(problem: Problem, plan: Plan) -> Iterable[float]:
    """Minutes of work of every expert who has some."""
    takes = {exam.id: exam.minutes for exam in problem.exams}
    exam_of = {script.code: script.exam for script in problem.scripts}
    spent: dict[str, float] = {}
    for row in plan.assignments:
        for expert in row.experts:
            spent[expert] = spent.get(expert, 0.0) + takes[exam_of[row.code]]
    return spent.values()
