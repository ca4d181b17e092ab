"""What a coordinator compares plans by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assignment.arrays import Instance, Names, to_arrays
from assignment.eligibility import Facts
from assignment.grouping import Groups, group_scripts
from assignment.plan import Metrics, Plan
from assignment.problem import Expert, Problem, Script


def metrics(problem: Problem, plan: Plan) -> Metrics:
    """Measure a plan, whoever made it; rows that name nobody known are passed over."""
    facts = Facts.of(problem)
    pairs = _pairs(problem, plan)
    instance, names = to_arrays(problem)
    groups = group_scripts(instance)
    loads = _loads(_usable(instance, groups, names), pairs)
    minutes = _minutes(facts, pairs, loads)
    places = sum(script.k or problem.rules.k for script in problem.scripts)
    arrows = {(expert.school, facts.school_of(script)) for script, expert in pairs}
    used = list(loads.values())
    return Metrics(
        scripts=len(problem.scripts),
        places=places,
        placed=len(pairs),
        deficiency=places - len(pairs),
        load_min=min(used, default=0),
        load_max=max(used, default=0),
        load_spread=max(used, default=0) - min(used, default=0),
        load_sumsq=sum(load * load for load in used),
        fairness=_fairness(problem, facts, pairs),
        fairness_gap=plan.gap,
        minutes_max=max(minutes, default=0.0),
        minutes_mean=sum(minutes) / len(minutes) if minutes else 0.0,
        experts=len(loads),
        experts_used=sum(load > 0 for load in used),
        own_class=sum(script.class_id in expert.teaches for script, expert in pairs),
        own_school=sum(facts.school_of(script) in expert.workplaces for script, expert in pairs),
        external=sum(expert.school in facts.outside for _, expert in pairs),
        conflicts_avoided=sum(row.size * len(row.barred) for row in groups.rows),
        changes=_changes(problem, pairs),
        school_pairs=sum(scorer != scored for scorer, scored in arrows),
        mutual_pairs=sum(a < b and (b, a) in arrows for a, b in arrows),
    )


def _pairs(problem: Problem, plan: Plan) -> list[tuple[Script, Expert]]:
    scripts = {script.code: script for script in problem.scripts}
    experts = {expert.id: expert for expert in problem.experts}
    return [
        (scripts[row.code], experts[name])
        for row in plan.assignments
        if row.code in scripts
        for name in row.experts
        if name in experts
    ]


def _usable(instance: Instance, groups: Groups, names: Names) -> list[str]:
    """Experts with room who may score at least one script."""
    able = np.zeros(len(names.experts), dtype=bool)
    for place in range(len(groups.rows)):
        able[groups.eligible(place)] = True
    return [names.experts[place] for place in np.flatnonzero(able & (instance.capacity > 0))]


def _loads(usable: list[str], pairs: list[tuple[Script, Expert]]) -> Mapping[str, int]:
    loads = dict.fromkeys(usable, 0)
    for _, expert in pairs:
        loads[expert.id] = loads.get(expert.id, 0) + 1
    return loads


def _minutes(
    facts: Facts, pairs: list[tuple[Script, Expert]], loads: Mapping[str, int]
) -> list[float]:
    spent = dict.fromkeys(loads, 0.0)
    for script, expert in pairs:
        spent[expert.id] += facts.exams[script.exam].minutes
    return list(spent.values())


def _fairness(problem: Problem, facts: Facts, pairs: list[tuple[Script, Expert]]) -> float:
    """Sum of load² / capacity, a script weighing its minutes over the mean of all places."""
    wanted = [
        (script.k or problem.rules.k, facts.exams[script.exam].minutes)
        for script in problem.scripts
    ]
    alike = len({minutes for _, minutes in wanted}) == 1
    mean = sum(k * minutes for k, minutes in wanted) / max(1, sum(k for k, _ in wanted))
    loads: dict[str, float] = {}
    for script, expert in pairs:
        weight = 1.0 if alike else facts.exams[script.exam].minutes / mean
        loads[expert.id] = loads.get(expert.id, 0.0) + weight
    capacity = {expert.id: max(1, expert.capacity) for expert in problem.experts}
    return sum(load**2 / capacity[name] for name, load in sorted(loads.items()))


def _changes(problem: Problem, pairs: list[tuple[Script, Expert]]) -> int:
    before = {row.code: row.experts for row in problem.previous}
    return sum(
        script.code in before and expert.id not in before[script.code] for script, expert in pairs
    )
