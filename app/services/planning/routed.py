"""The cross-school scheme with few partners a school: routes first, then each school's experts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import assignment as lib
from app.bridge.names import Names
from app.models import PlanStatus
from app.services.planning.solving import PlanRefused, Solved, measured


def solve_routed(
    problem: lib.Problem, *, most_receivers: int, names: Names, seed: int, starts_on: date
) -> Solved:
    """The best plan in which no school sends its scripts to more than so many schools.

    Raises:
        PlanRefused: each script has several readers, so that their schools are not to be limited.
    """
    if problem.rules.k > 1:
        raise PlanRefused(
            "Ограничить число ОО-получателей можно, когда у каждой работы одна проверка."
        )
    routing = lib.route_schools(problem, seed=seed, max_receivers=most_receivers)
    rows = _spread(problem, routing, seed=seed)
    missing = sum(script.k or 1 for script in problem.scripts) - sum(
        len(row.experts) for row in rows
    )
    return Solved(
        assignments=rows,
        status=PlanStatus.PARTIAL if missing else PlanStatus.OK,
        digest=lib.digest(problem),
        metrics=measured(problem, rows, starts_on=starts_on),
        shortages=[_told(names, missing, most_receivers)] if missing else [],
    )


def _spread(problem: lib.Problem, routing: lib.Routing, *, seed: int) -> tuple[lib.Assignment, ...]:
    experts: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for school in sorted({route.receiver for route in routing.routes}):
        match lib.solve(lib.received(problem, routing, school=school), seed=seed):
            case lib.Plan(assignments=found) | lib.Partial(plan=lib.Plan(assignments=found)):
                experts.update({row.code: row.experts for row in found})
            case lib.Infeasible():
                continue
    return tuple(
        lib.Assignment(code=script.code, experts=experts[script.code]) for script in problem.scripts
    )


def _told(names: Names, missing: int, most_receivers: int) -> dict[str, object]:
    params = {"missing": missing, "most": most_receivers}
    short = lib.Sentence(
        text="Не хватает мест: %(missing)s, если работы ОО уходят не больше чем в %(most)s ОО",
        params=params,
    )
    repair = lib.Sentence(text="Увеличьте это число в условиях расчёта или снимите ограничение")
    return {
        "missing": missing,
        "reasons": {},
        "sentence": names.told(short),
        "repair": names.told(repair),
    }
