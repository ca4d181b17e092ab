"""Random small problems, and the best plan of one by trying everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np

from assignment import (
    Assignment,
    Class,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    OwnClass,
    Plan,
    Problem,
    Qualification,
    Reciprocity,
    RoutingMode,
    Rules,
    Scheme,
    School,
    Script,
    verify,
)

DAY = dt.date(2026, 4, 15)
Score = tuple[int, int, int, int, int, Fraction]


def random_problem(seed: int, *, routed: bool = False, tangled: bool = False) -> Problem:
    """A problem of 2-4 schools, up to 6 scripts and 5 experts, rich in rules."""
    rng = np.random.default_rng(seed)
    schools = [
        School(id=f"S{place}", participating=bool(rng.random() < 0.8))
        for place in range(int(rng.integers(2, 5)))
    ]
    classes = [
        Class(id=f"C{place}", school=str(rng.choice([s.id for s in schools])))
        for place in range(int(rng.integers(1, 4)))
    ]
    exams = [Exam(id=f"X{place}", subject=f"m{place}", on=DAY) for place in range(2)]
    names = [f"E{place}" for place in range(int(rng.integers(1, 6)))]
    scripts = [
        _script(rng, f"{place:03}", classes, names) for place in range(int(rng.integers(1, 6)))
    ]
    experts = [_expert(rng, name, schools, classes, scripts, tangled) for name in names]
    return Problem(
        rules=_rules(rng, routed),
        exams=tuple(exams),
        schools=tuple(schools),
        classes=tuple(classes),
        scripts=tuple(scripts),
        experts=tuple(experts),
        previous=_previous(rng, scripts, names),
        dropped=frozenset(n for n in names if rng.random() < 0.05),
    )


def _rules(rng: np.random.Generator, routed: bool) -> Rules:
    scheme = list(Scheme)[int(rng.integers(3))]
    whole = routed and rng.random() < 0.4
    return Rules(
        scheme=Scheme.CROSS_SCHOOL if routed else scheme,
        k=1 if whole else int(rng.integers(1, 4)),
        distinct_schools=bool(rng.random() < 0.5),
        own_class=list(OwnClass)[int(rng.integers(2))],
        reciprocity=list(Reciprocity)[int(rng.integers(3))] if routed else Reciprocity.ALLOW,
        routing=RoutingMode.WHOLE if whole else RoutingMode.SPLIT,
        allow_external=bool(rng.random() < 0.8),
    )


def _script(rng: np.random.Generator, code: str, classes: list[Class], names: list[str]) -> Script:
    return Script(
        code=code,
        class_id=str(rng.choice([row.id for row in classes])),
        exam=f"X{int(rng.random() < 0.3)}",
        k=int(rng.integers(1, 3)) if rng.random() < 0.1 else None,
        exclude=(str(rng.choice(names)),) if rng.random() < 0.1 else (),
    )


def _expert(
    rng: np.random.Generator,
    name: str,
    schools: list[School],
    classes: list[Class],
    scripts: list[Script],
    tangled: bool,
) -> Expert:
    capacity = int(rng.integers(0, 5))
    places = [str(place) for place in rng.permutation([s.id for s in schools])]
    refs = {
        ConflictLevel.SCHOOL: [s.id for s in schools],
        ConflictLevel.CLASS: [row.id for row in classes],
        ConflictLevel.CODE: [s.code for s in scripts],
    }
    level = list(ConflictLevel)[int(rng.integers(3))]
    conflict = Conflict(level=level, ref=str(rng.choice(refs[level])))
    return Expert(
        id=name,
        school=places[0],
        also_at=(places[1],) if tangled and rng.random() < 0.4 else (),
        capacity=capacity,
        min_load=int(rng.integers(0, capacity + 1)) if rng.random() < 0.15 else 0,
        qualifications=tuple(
            Qualification(subject=f"m{exam}", since=dt.date(2025, 4, 15 + int(rng.random() < 0.1)))
            for exam in range(2)
            if rng.random() < 0.85
        ),
        teaches=(str(rng.choice([row.id for row in classes])),) if rng.random() < 0.3 else (),
        conflicts=(conflict,) if rng.random() < 0.3 else (),
    )


def _previous(
    rng: np.random.Generator, scripts: list[Script], names: list[str]
) -> tuple[Assignment, ...]:
    if rng.random() < 0.6:
        return ()
    return tuple(
        Assignment(code=script.code, experts=(str(rng.choice(names)),))
        for script in scripts
        if rng.random() < 0.8
    )


def plan_of(rows: dict[str, tuple[str, ...]]) -> Plan:
    """A plan with these rows."""
    return Plan(
        assignments=tuple(Assignment(code=code, experts=row) for code, row in rows.items()),
        seed=0,
        digest="",
    )


def score(problem: Problem, plan: Plan) -> Score:
    """The objective, larger is better: placed, own class, external, changes, mutual, fairness."""
    book = _Lookup(problem)
    total = [0, 0, 0, 0]
    arrows: set[tuple[str, str]] = set()
    for row in plan.assignments:
        gain, more = book.gain(row.code, row.experts)
        total = [a + b for a, b in zip(total, gain, strict=True)]
        arrows |= more
    loads = plan.loads()
    fair = sum((Fraction(loads[e] ** 2, book.experts[e].capacity) for e in loads), Fraction(0))
    placed, own, external, changes = total
    return placed, own, external, changes, -book.mutual(arrows), -fair


class _Lookup:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.scripts = {script.code: script for script in problem.scripts}
        self.experts = {expert.id: expert for expert in problem.experts}
        self.school = {row.id: row.school for row in problem.classes}
        self.outside = {s.id for s in problem.schools if not s.participating}
        self.before = {row.code: row.experts for row in problem.previous}

    def gain(self, code: str, row: tuple[str, ...]) -> tuple[list[int], set[tuple[str, str]]]:
        script = self.scripts[code]
        own = sum(script.class_id in self.experts[name].teaches for name in row)
        external = sum(self.experts[name].school in self.outside for name in row)
        changes = sum(code in self.before and name not in self.before[code] for name in row)
        arrows = {(self.experts[name].school, self.school[script.class_id]) for name in row}
        return [len(row), -own, -external, -changes], arrows

    def mutual(self, arrows: set[tuple[str, str]]) -> int:
        rules = self.problem.rules
        if rules.scheme is Scheme.IN_SCHOOL or rules.reciprocity is not Reciprocity.AVOID:
            return 0
        return sum(a < b and (b, a) in arrows for a, b in arrows)


def best_score(problem: Problem) -> Score | None:
    """The best score of a valid plan by trying every row of every script; None without any."""
    book = _Lookup(problem)
    names = sorted(book.experts)
    states: dict[tuple[object, ...], list[int]] = {
        ((0,) * len(names), frozenset(), frozenset()): [0] * 4
    }
    for script in problem.scripts:
        states = _grown(book, names, states, script)
    best = None
    for (loads, arrows, _), total in states.items():
        if any(
            load < book.experts[name].min_load and name not in problem.dropped
            for name, load in zip(names, loads, strict=True)
        ):
            continue
        fair = sum(
            (
                Fraction(n * n, book.experts[e].capacity)
                for e, n in zip(names, loads, strict=True)
                if n
            ),
            Fraction(0),
        )
        found = (*total, -book.mutual(set(arrows)), -fair)
        best = found if best is None or found > best else best
    return best


def _grown(book, names, states, script):
    grown: dict[tuple[object, ...], list[int]] = {}
    rows = list(_rows(book, names, script))
    for (loads, arrows, whole), total in states.items():
        for row in rows:
            new = tuple(n + (e in row) for e, n in zip(names, loads, strict=True))
            if any(n > book.experts[e].capacity for e, n in zip(names, new, strict=True)):
                continue
            gain, more = book.gain(script.code, row)
            joined = (
                arrows | more if book.problem.rules.reciprocity is not Reciprocity.ALLOW else arrows
            )
            if book.problem.rules.reciprocity is Reciprocity.FORBID and any(
                a != b and (b, a) in joined for a, b in joined
            ):
                continue
            sent = whole
            if book.problem.rules.routing is RoutingMode.WHOLE:
                sent = whole | {
                    (book.school[script.class_id], script.exam, book.experts[e].school) for e in row
                }
                if len({key[:2] for key in sent}) < len(sent):
                    continue
            key = (new, frozenset(joined), frozenset(sent))
            value = [a + b for a, b in zip(total, gain, strict=True)]
            if key not in grown or _rank(value) > _rank(grown[key]):
                grown[key] = value
    return grown


def _rank(value: list[int]) -> tuple[int, ...]:
    return tuple(value)


def _rows(book: _Lookup, names: list[str], script: Script) -> Iterator[tuple[str, ...]]:
    wanted = script.k or book.problem.rules.k
    for size in range(min(wanted, len(names)) + 1):
        for row in combinations(names, size):
            broken = verify(book.problem, plan_of({script.code: row}))
            if not any(found.kind not in {"min_load", "capacity"} for found in broken):
                yield row
