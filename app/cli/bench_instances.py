"""Made-up municipalities and regions for the assignment benchmark, as arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from assignment import (
    Class,
    Exam,
    Expert,
    Problem,
    Qualification,
    Reciprocity,
    RoutingMode,
    Rules,
    Scheme,
    School,
    Script,
)
from assignment.arrays import Instance

_CLASSES = 4
_SLACK = 1.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large an instance is."""

    name: str
    schools: int
    scripts: int
    experts: int
    exams: int


SIZES = {
    size.name: size
    for size in (
        Size(name="A", schools=10, scripts=1_000, experts=40, exams=2),
        Size(name="B", schools=30, scripts=4_000, experts=150, exams=2),
        Size(name="C", schools=100, scripts=20_000, experts=600, exams=2),
        Size(name="D", schools=200, scripts=50_000, experts=1_200, exams=2),
        Size(name="E", schools=1_000, scripts=1_000_000, experts=10_000, exams=3),
    )
}
"""The sizes of the benchmark's table."""


def make_instance(size: Size, *, k: int, seed: int) -> Instance:
    """A municipal commission of that size: every expert knows one or two subjects of the exams.

    One expert in twenty has a conflict with a class, one in twenty teaches a class elsewhere, one
    in ten works at a second school where k is 1. The capacity exceeds the need by a quarter.
    """
    rng = np.random.default_rng(seed)
    home = np.arange(size.experts) % size.schools
    classes = size.schools * _CLASSES
    need = size.scripts * k / size.experts * _SLACK
    second = rng.permutation(size.experts)[: size.experts // 10 if k == 1 else 0]
    return Instance(
        rules=Rules(scheme=Scheme.MUNICIPAL, k=k, distinct_schools=k > 1),
        script_class=np.sort(rng.integers(classes, size=size.scripts)).astype(np.int32),
        script_exam=rng.integers(size.exams, size=size.scripts).astype(np.int32),
        script_k=np.full(size.scripts, k, dtype=np.int32),
        class_school=(np.arange(classes) // _CLASSES).astype(np.int32),
        outside=np.zeros(size.schools, dtype=bool),
        home=home.astype(np.int32),
        capacity=rng.integers(int(need * 0.7), int(need * 1.3) + 2, size=size.experts),
        min_load=np.zeros(size.experts, dtype=np.int64),
        qualified=_qualified(rng, size),
        works_at=_pairs(
            np.append(np.arange(size.experts), second),
            np.append(home, (home[second] + 1) % size.schools),
        ),
        teaches=_some(rng, size.experts, classes),
        school_conflicts=np.empty((0, 2), dtype=np.int32),
        class_conflicts=_some(rng, size.experts, classes),
        barred=np.empty((0, 2), dtype=np.int32),
    )


def _qualified(rng: np.random.Generator, size: Size) -> np.ndarray:
    first = np.arange(size.experts) // size.schools % size.exams
    both = rng.random(size.experts) < 0.5  # noqa: PLR2004 - half of them
    table = np.zeros((size.exams, size.experts), dtype=bool)
    table[first, np.arange(size.experts)] = True
    table[(first[both] + 1) % size.exams, np.flatnonzero(both)] = True
    return table


def _some(rng: np.random.Generator, experts: int, classes: int) -> np.ndarray:
    chosen = rng.permutation(experts)[: experts // 20]
    return _pairs(chosen, rng.integers(classes, size=len(chosen)))


def _pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.unique(np.stack([first, second], axis=1), axis=0).astype(np.int32)


def instance_json(size: Size, *, seed: int) -> dict[str, object]:
    """The instance of k = 1 as a vpr-assign/1 record."""
    made = make_instance(size, k=1, seed=seed)
    teaches, conflicts = _by_first(made.teaches), _by_first(made.class_conflicts)
    works = _by_first(made.works_at)
    return {
        "format": "vpr-assign/1",
        "scheme": "municipal",
        "k": 1,
        "exams": [
            {"id": f"X{exam}", "subject": f"m{exam}", "date": "2026-04-15"}
            for exam in range(size.exams)
        ],
        "schools": [{"id": f"S{place}", "participating": True} for place in range(size.schools)],
        "classes": [
            {"id": f"C{place}", "school": f"S{school}"}
            for place, school in enumerate(made.class_school.tolist())
        ],
        "scripts": [
            {"code": f"{place:07}", "class": f"C{row}", "exam": f"X{exam}"}
            for place, (row, exam) in enumerate(
                zip(made.script_class.tolist(), made.script_exam.tolist(), strict=True)
            )
        ],
        "experts": [
            {
                "id": f"E{place}",
                "school": f"S{home}",
                "also_at": [f"S{school}" for school in works[place] if school != home],
                "capacity": int(made.capacity[place]),
                "subjects": [
                    {"subject": f"m{exam}", "since": "2015-09-01"}
                    for exam in np.flatnonzero(made.qualified[:, place]).tolist()
                ],
                "teaches": [f"C{row}" for row in teaches.get(place, [])],
                "conflicts": [
                    {"level": "class", "ref": f"C{row}"} for row in conflicts.get(place, [])
                ],
            }
            for place, home in enumerate(made.home.tolist())
        ],
    }


def _by_first(pairs: np.ndarray) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for first, second in pairs.tolist():
        found.setdefault(first, []).append(second)
    return found


def school_problem(count: int) -> Problem:
    """So many schools of 30 to 90 scripts to be routed whole, no mutual pair, with room for all."""
    rng = np.random.default_rng(count)
    volumes = rng.integers(30, 91, count).tolist()
    knows = (Qualification(subject="m", since=dt.date(2015, 9, 1)),)
    return Problem(
        rules=Rules(
            scheme=Scheme.CROSS_SCHOOL,
            reciprocity=Reciprocity.FORBID,
            routing=RoutingMode.WHOLE,
        ),
        exams=(Exam(id="X", subject="m", on=dt.date(2026, 4, 15)),),
        schools=tuple(School(id=f"S{place}") for place in range(count)),
        classes=tuple(Class(id=f"C{place}", school=f"S{place}") for place in range(count)),
        scripts=tuple(
            Script(code=f"{place}-{number}", class_id=f"C{place}", exam="X")
            for place, volume in enumerate(volumes)
            for number in range(volume)
        ),
        experts=tuple(
            Expert(
                id=f"E{place}-{number}",
                school=f"S{place}",
                capacity=volume // 3,
                qualifications=knows,
            )
            for place, volume in enumerate(volumes)
            for number in range(4)
        ),
    )
