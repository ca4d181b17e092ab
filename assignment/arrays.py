"""A problem as arrays: the solver's own entry point, and the only one for millions of scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from assignment.eligibility import experienced
from assignment.problem import ConflictLevel, Expert, Problem, Rules

Ints: TypeAlias = npt.NDArray[np.int64]
Indices: TypeAlias = npt.NDArray[np.int32]
Flags: TypeAlias = npt.NDArray[np.bool_]
Reals: TypeAlias = npt.NDArray[np.float64]

NOBODY = -1
"""In an array of experts: no expert here."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Instance:
    """Scripts, experts and rules as arrays; everything is named by its position.

    Pairs are arrays of shape (m, 2). N scripts, E experts, C classes, X exams, S schools.

    Attributes:
        rules: what holds for all.
        script_class: (N,) class of each script.
        script_exam: (N,) exam of each script.
        script_k: (N,) experts a script needs.
        class_school: (C,) school of each class.
        outside: (S,) schools that do not participate.
        home: (E,) main school of each expert.
        capacity: (E,) most scripts.
        min_load: (E,) fewest scripts.
        qualified: (X, E) may be used, and knows the subject long enough.
        works_at: (expert, school) pairs, every workplace, the main one too.
        teaches: (expert, class) pairs.
        school_conflicts: (expert, school) pairs.
        class_conflicts: (expert, class) pairs.
        barred: (script, expert) pairs: declared by code, or excluded from the script.
        previous: (N, k) experts of the earlier plan, NOBODY where there is none; None without one.
        planned: (N,) the earlier plan has this script; None without one.
        begun: (script, expert) pairs that stay where the rules allow.
        minutes: (X,) minutes that a script takes; None where all take alike.
        shares: (E,) in what proportion loads are fair; None: that of the capacities.
        carried: (E,) load that an expert carries besides, in scripts; None: nobody does.
    """

    rules: Rules
    script_class: Indices
    script_exam: Indices
    script_k: Indices
    class_school: Indices
    outside: Flags
    home: Indices
    capacity: Ints
    min_load: Ints
    qualified: Flags
    works_at: Indices
    teaches: Indices
    school_conflicts: Indices
    class_conflicts: Indices
    barred: Indices
    previous: Indices | None = None
    planned: Flags | None = None
    begun: Indices = field(default_factory=lambda: np.empty((0, 2), dtype=np.int32))
    minutes: Reals | None = None
    shares: Ints | None = None
    carried: Reals | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Names:
    """What the positions of an `Instance` stand for, each list sorted."""

    scripts: tuple[str, ...]
    experts: tuple[str, ...]
    schools: tuple[str, ...]


def to_arrays(problem: Problem) -> tuple[Instance, Names]:
    """A problem as arrays; positions follow the sorted keys, whatever the order of the lists."""
    scripts = sorted(problem.scripts, key=lambda script: script.code)
    experts = sorted(problem.experts, key=lambda expert: expert.id)
    school_at = _positions(school.id for school in problem.schools)
    class_at = _positions(row.id for row in problem.classes)
    exam_at = _positions(exam.id for exam in problem.exams)
    expert_at = {expert.id: place for place, expert in enumerate(experts)}
    script_at = {script.code: place for place, script in enumerate(scripts)}
    classes = sorted(problem.classes, key=lambda row: row.id)
    outside = {school.id for school in problem.schools if not school.participating}
    k = problem.rules.k
    previous, planned = _previous(problem, script_at, expert_at)
    instance = Instance(
        rules=problem.rules,
        script_class=_indices([class_at[script.class_id] for script in scripts]),
        script_exam=_indices([exam_at[script.exam] for script in scripts]),
        script_k=_indices([script.k or k for script in scripts]),
        class_school=_indices([school_at[row.school] for row in classes]),
        outside=np.array([name in outside for name in school_at], dtype=bool),
        home=_indices([school_at[expert.school] for expert in experts]),
        capacity=np.array([expert.capacity for expert in experts], dtype=np.int64),
        min_load=np.array([_minimum(problem, expert) for expert in experts], dtype=np.int64),
        qualified=_qualified(problem, experts, tuple(exam_at), outside),
        works_at=_pairs((e, school_at[s]) for e, x in enumerate(experts) for s in x.workplaces),
        teaches=_pairs(
            (e, class_at[c]) for e, x in enumerate(experts) for c in x.teaches if c in class_at
        ),
        school_conflicts=_conflicts(experts, ConflictLevel.SCHOOL, school_at),
        class_conflicts=_conflicts(experts, ConflictLevel.CLASS, class_at),
        barred=_barred(problem, experts, script_at, expert_at),
        previous=previous,
        planned=planned,
        begun=_pairs(
            (script_at[code], expert_at[name])
            for code, name in problem.begun
            if code in script_at and name in expert_at
        ),
        minutes=_minutes(problem, tuple(exam_at)),
    )
    return instance, Names(
        scripts=tuple(script_at), experts=tuple(expert_at), schools=tuple(school_at)
    )


def _positions(keys: Iterable[str]) -> dict[str, int]:
    return {key: place for place, key in enumerate(sorted(keys))}


def _indices(values: Sequence[int]) -> Indices:
    return np.array(values, dtype=np.int32)


def _pairs(pairs: Iterable[tuple[int, int]]) -> Indices:
    return np.array(sorted(set(pairs)), dtype=np.int32).reshape(-1, 2)


def _minutes(problem: Problem, exams: tuple[str, ...]) -> Reals | None:
    """Minutes a script by exam; None where the scripts that are there do not differ."""
    by_id = {exam.id: exam.minutes for exam in problem.exams}
    if len({by_id[script.exam] for script in problem.scripts}) < 2:  # noqa: PLR2004 - alike
        return None
    return np.array([by_id[exam] for exam in exams], dtype=np.float64)


def _minimum(problem: Problem, expert: Expert) -> int:
    return 0 if expert.id in problem.dropped else expert.min_load


def _qualified(
    problem: Problem, experts: Sequence[Expert], exams: tuple[str, ...], outside: set[str]
) -> Flags:
    rules = problem.rules
    by_id = {exam.id: exam for exam in problem.exams}
    usable = [
        expert.id not in problem.dropped and (rules.allow_external or expert.school not in outside)
        for expert in experts
    ]
    table = [
        [use and experienced(x, by_id[exam], rules) for x, use in zip(experts, usable, strict=True)]
        for exam in exams
    ]
    return np.array(table, dtype=bool).reshape(len(exams), len(experts))


def _conflicts(experts: Sequence[Expert], level: ConflictLevel, at: dict[str, int]) -> Indices:
    return _pairs(
        (place, at[conflict.ref])
        for place, expert in enumerate(experts)
        for conflict in expert.conflicts
        if conflict.level is level and conflict.ref in at
    )


def _barred(
    problem: Problem,
    experts: Sequence[Expert],
    script_at: dict[str, int],
    expert_at: dict[str, int],
) -> Indices:
    excluded = [
        (script_at[script.code], expert_at[name])
        for script in problem.scripts
        for name in script.exclude
        if name in expert_at
    ]
    declared = [
        (script, expert) for expert, script in _conflicts(experts, ConflictLevel.CODE, script_at)
    ]
    return _pairs(excluded + declared)


def _previous(
    problem: Problem, script_at: dict[str, int], expert_at: dict[str, int]
) -> tuple[Indices | None, Flags | None]:
    if not problem.previous:
        return None, None
    width = max(1, *(len(row.experts) for row in problem.previous))
    table = np.full((len(script_at), width), NOBODY, dtype=np.int32)
    planned = np.zeros(len(script_at), dtype=bool)
    for row in problem.previous:
        place = script_at.get(row.code)
        if place is None:
            continue
        planned[place] = True
        known = sorted({expert_at[name] for name in row.experts if name in expert_at})
        table[place, : len(known)] = known
    return table, planned
