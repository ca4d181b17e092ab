"""What a coordinator compares plans by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assignment.eligibility import Facts, barriers, experienced
from assignment.plan import Metrics, Plan
from assignment.problem import Expert, Problem, Script


def metrics(problem: Problem, plan: Plan) -> Metrics:
    """Measure a plan, whoever made it; rows that name nobody known are passed over."""
    facts = Facts.of(problem)
    pairs = _pairs(problem, plan)
    loads = _loads(problem, facts, pairs)
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
        fairness=_fairness(problem, loads),
        minutes_max=max(minutes, default=0.0),
        minutes_mean=sum(minutes) / len(minutes) if minutes else 0.0,
        experts_used=sum(load > 0 for load in used),
        own_class=sum(script.class_id in expert.teaches for script, expert in pairs),
        own_school=sum(facts.school_of(script) in expert.workplaces for script, expert in pairs),
        external=sum(expert.school in facts.outside for _, expert in pairs),
        conflicts_avoided=_conflicts_avoided(problem, facts),
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


def _usable(problem: Problem, facts: Facts) -> Iterable[Expert]:
    """Experts who could score something: not dropped, in time qualified, with room."""
    for expert in problem.experts:
        barred = not facts.rules.allow_external and expert.school in facts.outside
        qualified = any(experienced(expert, exam, facts.rules) for exam in problem.exams)
        if expert.capacity and expert.id not in problem.dropped and qualified and not barred:
            yield expert


def _loads(problem: Problem, facts: Facts, pairs: list[tuple[Script, Expert]]) -> Mapping[str, int]:
    loads = {expert.id: 0 for expert in _usable(problem, facts)}
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


def _fairness(problem: Problem, loads: Mapping[str, int]) -> float:
    return sum(
        loads[expert.id] ** 2 / expert.capacity
        for expert in problem.experts
        if expert.capacity and expert.id in loads
    )


def _conflicts_avoided(problem: Problem, facts: Facts) -> int:
    """Pairs of script and qualified expert that only a conflict or a workplace keeps apart."""
    by_code = {c.ref for expert in problem.experts for c in expert.conflicts if c.level == "code"}
    apart = 0
    for script, times in _representatives(problem, by_code):
        exam = facts.exams[script.exam]
        apart += times * sum(
            experienced(expert, exam, facts.rules) and bool(barriers(facts, script, expert))
            for expert in problem.experts
        )
    return apart


def _representatives(problem: Problem, by_code: set[str]) -> list[tuple[Script, int]]:
    """One script for all that no rule tells apart, and how many it stands for."""
    rows: dict[tuple[str, ...], tuple[Script, int]] = {}
    for script in problem.scripts:
        special = script.exclude or script.code in by_code
        key = (script.code,) if special else (script.class_id, script.exam)
        rows[key] = (script, rows[key][1] + 1 if key in rows else 1)
    return list(rows.values())


def _changes(problem: Problem, pairs: list[tuple[Script, Expert]]) -> int:
    before = {row.code: row.experts for row in problem.previous}
    return sum(
        script.code in before and expert.id not in before[script.code] for script, expert in pairs
    )
