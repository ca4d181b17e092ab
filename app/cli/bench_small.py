"""Small random problems, the solver's placed works against an independent maximum flow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import networkx as nx
import numpy as np

from assignment import (
    Class,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    Partial,
    Plan,
    Problem,
    Qualification,
    Rules,
    Scheme,
    School,
    Script,
    proved_shortage,
    solve,
    verify,
)
from assignment.eligibility import Facts, barriers

_DAY = dt.date(2026, 4, 15)


@dataclass(slots=True)
class Faults:
    """What went wrong among the problems tried."""

    tried: int = 0
    infeasible: int = 0
    violations: int = 0
    missed: int = 0
    certificates: int = 0


def check_small(count: int) -> Faults:
    """Solve so many problems and count faults; there must be none."""
    faults = Faults()
    for seed in range(count):
        _check(_problem(seed), seed, faults)
    return faults


def _check(problem: Problem, seed: int, faults: Faults) -> None:
    faults.tried += 1
    best = _most_places(problem)
    match solve(problem, seed=seed):
        case Plan() as plan:
            missing = 0
        case Partial(plan=plan, missing=missing, certificate=proof):
            proved = proved_shortage(problem, proof) if proof else 0
            faults.certificates += proved != missing
        case _:
            faults.infeasible += 1
            return
    placed = sum(plan.loads().values())
    faults.violations += bool(verify(problem, plan))
    faults.missed += placed != best or placed + missing != _wanted(problem)


def _wanted(problem: Problem) -> int:
    return sum(script.k or problem.rules.k for script in problem.scripts)


def _most_places(problem: Problem) -> int:
    """Places that can be filled: source -> script -> (its expert's school) -> expert -> sink."""
    facts = Facts.of(problem)
    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for expert in problem.experts:
        graph.add_edge(("expert", expert.id), "sink", capacity=expert.capacity)
    for script in problem.scripts:
        graph.add_edge("source", script.code, capacity=script.k or problem.rules.k)
        for expert in problem.experts:
            if barriers(facts, script, expert):
                continue
            apart = expert.school if problem.rules.distinct_schools else expert.id
            graph.add_edge(script.code, (script.code, apart), capacity=1)
            graph.add_edge((script.code, apart), ("expert", expert.id), capacity=1)
    return int(nx.maximum_flow_value(graph, "source", "sink"))


def _problem(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    schools = [School(id=f"S{place}") for place in range(int(rng.integers(2, 6)))]
    classes = [
        Class(id=f"C{place}", school=schools[place % len(schools)].id)
        for place in range(int(rng.integers(2, 8)))
    ]
    scripts = [
        Script(code=f"{place:03}", class_id=classes[int(rng.integers(len(classes)))].id, exam="X")
        for place in range(int(rng.integers(1, 40)))
    ]
    experts = [
        _expert(rng, f"E{place}", schools, classes) for place in range(int(rng.integers(1, 12)))
    ]
    return Problem(
        rules=Rules(
            scheme=Scheme.MUNICIPAL,
            k=int(rng.integers(1, 4)),
            distinct_schools=bool(rng.integers(2)),
        ),
        exams=(Exam(id="X", subject="m", on=_DAY),),
        schools=tuple(schools),
        classes=tuple(classes),
        scripts=tuple(scripts),
        experts=tuple(experts),
    )


def _expert(
    rng: np.random.Generator, name: str, schools: list[School], classes: list[Class]
) -> Expert:
    near = classes[int(rng.integers(len(classes)))].id
    since = dt.date(2025, 4, 14 + int(rng.integers(3)))
    conflict = Conflict(level=ConflictLevel.CLASS, ref=near)
    return Expert(
        id=name,
        school=schools[int(rng.integers(len(schools)))].id,
        capacity=int(rng.integers(0, 15)),
        qualifications=(Qualification(subject="m", since=since),),
        conflicts=(conflict,) if rng.random() < 0.3 else (),  # noqa: PLR2004 - a third
    )
