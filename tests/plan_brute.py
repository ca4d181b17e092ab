"""vpr-assign/1 tried out by hand: random instances, what breaks a rule, and the best plan there is.

Everything is read from the file's own fields; nothing of the solver or its check is used.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

Json = dict[str, Any]
Row = tuple[str, ...]
DAYS = ("2024-02-28", "2024-02-29", "2024-03-01", "2023-02-28", "2023-03-01", "2022-09-01")


def random_instance(seed: int) -> Json:
    """A few schools, scripts and experts under any mixture of the options.

    Every other instance has a free expert in every school, as many schools stand on a ring.
    """
    rng = np.random.default_rng(seed)

    def one(values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    schools = [f"S{n}" for n in range(int(rng.integers(2, 6)))]
    classes = [{"id": f"C{n}", "school": one(schools)} for n in range(int(rng.integers(1, 5)))]
    exams = [
        {"id": "X", "subject": "math", "date": one(("2025-02-28", "2025-03-01", "2024-02-29"))},
        {"id": "Y", "subject": one(("math", "art")), "date": "2025-03-01"},
    ]
    names = [f"E{n}" for n in range(int(rng.integers(1, 6)))]
    scripts = [_script(rng, one, f"{n:03}", classes, names) for n in range(int(rng.integers(1, 6)))]
    whole = rng.random() < 0.2
    made = {
        "format": "vpr-assign/1",
        "scheme": one(("in_school", "cross_school", "cross_school", "municipal")),
        "k": 1 if whole else int(rng.integers(1, 4)),
        "distinct_schools": bool(rng.random() < 0.5),
        "own_class": one(("forbid", "avoid")),
        "reciprocity": one(("forbid", "avoid", "allow")),
        "routing": "whole" if whole else "split",
        "allow_external": bool(rng.random() < 0.7),
        "min_experience_years": int(rng.integers(0, 3)),
        "leap_rule": one(("feb28", "mar1")),
        "exams": exams,
        "schools": [{"id": name, "participating": bool(rng.random() < 0.75)} for name in schools],
        "classes": classes,
        "scripts": scripts,
        "experts": [_expert(rng, one, name, schools, classes, scripts) for name in names],
    }
    if seed % 2:
        made["min_experience_years"] = min(made["min_experience_years"], 1)
        made["experts"] += [_free(rng, name) for name in schools][: 6 - len(names)]
    if whole:
        for script in scripts:
            script.pop("k", None)
    if rng.random() < 0.4:
        made["previous"] = [
            {"code": row["code"], "experts": [one([*names, "gone"])]}
            for row in scripts
            if rng.random() < 0.8
        ]
    if rng.random() < 0.2:
        made["dropped"] = [one(names)]
    return made


def _script(rng: Any, one: Any, code: str, classes: list[Json], names: list[str]) -> Json:
    row = {"code": code, "class": one(classes)["id"], "exam": "Y" if rng.random() < 0.3 else "X"}
    if rng.random() < 0.2:
        row["k"] = int(rng.integers(1, 4))
    if rng.random() < 0.15:
        row["exclude"] = [one(names)]
    return row


def _expert(
    rng: Any, one: Any, name: str, schools: list[str], classes: list[Json], scripts: list[Json]
) -> Json:
    level = one(("school", "class", "code"))
    refs = {
        "school": schools,
        "class": [row["id"] for row in classes],
        "code": [row["code"] for row in scripts],
    }[level]
    capacity = int(rng.integers(0, 5))
    row = {
        "id": name,
        "school": one(schools),
        "capacity": capacity,
        "subjects": [
            {"subject": subject, "since": one(DAYS)}
            for subject in ("math", "art")
            if rng.random() < 0.85
        ],
        "teaches": [one(classes)["id"]] if rng.random() < 0.3 else [],
        "conflicts": [{"level": level, "ref": one(refs)}] if rng.random() < 0.25 else [],
    }
    if rng.random() < 0.25:
        row["also_at"] = [one(schools)]
    if rng.random() < 0.15:
        row["min_load"] = int(rng.integers(0, capacity + 1))
    return row


def _free(rng: Any, school: str) -> Json:
    """An expert of a school whom nothing keeps from the scripts of others."""
    return {
        "id": f"F{school}",
        "school": school,
        "capacity": int(rng.integers(2, 6)),
        "subjects": [{"subject": name, "since": "2015-09-01"} for name in ("math", "art")],
        "teaches": [],
        "conflicts": [],
    }


class Book:
    """An instance by key, and its rules one by one."""

    def __init__(self, given: Json) -> None:
        self.given = given
        self.exams = {row["id"]: row for row in given["exams"]}
        self.schools = {row["id"]: row for row in given["schools"]}
        self.school_of = {row["id"]: row["school"] for row in given["classes"]}
        self.scripts = {row["code"]: row for row in given["scripts"]}
        self.experts = {row["id"]: row for row in given["experts"]}
        self.before = {row["code"]: row["experts"] for row in given.get("previous", [])}
        self.leaves = given["scheme"] != "in_school"

    def wanted(self, script: Json) -> int:
        """Experts that a script asks for."""
        return int(script.get("k", self.given["k"]))

    def works_at(self, expert: Json) -> set[str]:
        """Every workplace."""
        return {expert["school"], *expert.get("also_at", [])}

    def may(self, script: Json, expert: Json) -> bool:
        """The rules let this expert score this script."""
        school = self.school_of[script["class"]]
        if expert["id"] in self.given.get("dropped", []):
            return False
        if not self.given["allow_external"] and not self.schools[expert["school"]]["participating"]:
            return False
        if expert["id"] in script.get("exclude", []) or not self._knows(script, expert):
            return False
        named = {("school", school), ("class", script["class"]), ("code", script["code"])}
        if any((row["level"], row["ref"]) in named for row in expert["conflicts"]):
            return False
        here, own = school in self.works_at(expert), script["class"] in expert["teaches"]
        if self.leaves:
            return not here and not own
        return here and not (own and self.given["own_class"] == "forbid")

    def _knows(self, script: Json, expert: Json) -> bool:
        exam = self.exams[script["exam"]]
        held = dt.date.fromisoformat(exam["date"])
        for row in expert["subjects"]:
            since = dt.date.fromisoformat(row["since"])
            year = since.year + self.given["min_experience_years"]
            if (since.month, since.day) == (2, 29) and not _is_leap(year):
                late = self.given["leap_rule"] == "mar1"
                due = dt.date(year, 3, 1) if late else dt.date(year, 2, 28)
            else:
                due = dt.date(year, since.month, since.day)
            if row["subject"] == exam["subject"] and due <= held:
                return True
        return False

    def rows(self, script: Json) -> list[Row]:
        """Every set of experts that may score a script together."""
        able = [name for name, expert in sorted(self.experts.items()) if self.may(script, expert)]
        sizes = range(min(self.wanted(script), len(able)) + 1)
        return [row for size in sizes for row in combinations(able, size) if self._apart(row)]

    def _apart(self, row: Row) -> bool:
        if not self.given["distinct_schools"]:
            return True
        places = [self.works_at(self.experts[name]) for name in row]
        return all(one.isdisjoint(other) for one, other in combinations(places, 2))

    def gain(self, script: Json, row: Row) -> tuple[int, int, int, int]:
        """Placed, less own class, less external, less changes."""
        own = sum(script["class"] in self.experts[name]["teaches"] for name in row)
        outside = sum(
            not self.schools[self.experts[name]["school"]]["participating"] for name in row
        )
        known = self.before.get(script["code"])
        changes = 0 if known is None else sum(name not in known for name in row)
        return len(row), -own, -outside, -changes

    def arrows(self, script: Json, row: Row) -> frozenset[tuple[str, str]]:
        """(scoring school, scored school)."""
        school = self.school_of[script["class"]]
        return frozenset((self.experts[name]["school"], school) for name in row)

    def mutual(self, arrows: frozenset[tuple[str, str]]) -> int:
        """Pairs of schools that score each other."""
        return sum(a < b and (b, a) in arrows for a, b in arrows) if self.leaves else 0

    def fairness(self, loads: dict[str, int]) -> Fraction:
        """Sum of load² / capacity."""
        return sum(
            (
                Fraction(load**2, self.experts[name]["capacity"])
                for name, load in loads.items()
                if load
            ),
            Fraction(0),
        )

    def short_of_minimum(self, loads: dict[str, int]) -> bool:
        """Somebody has less than his minimum."""
        gone = self.given.get("dropped", [])
        return any(
            loads.get(name, 0) < expert.get("min_load", 0)
            for name, expert in self.experts.items()
            if name not in gone
        )


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def broken(given: Json, plan: dict[str, Row]) -> list[str]:
    """Rules that a plan breaks."""
    book, found = Book(given), []
    loads: dict[str, int] = {}
    arrows: frozenset[tuple[str, str]] = frozenset()
    receivers: dict[tuple[str, str], set[str]] = {}
    for code, row in plan.items():
        script = book.scripts[code]
        if tuple(sorted(row)) not in book.rows(script):
            found.append(f"row {code}: {row}")
        for name in row:
            loads[name] = loads.get(name, 0) + 1
            key = (book.school_of[script["class"]], script["exam"])
            receivers.setdefault(key, set()).add(book.experts[name]["school"])
        arrows |= book.arrows(script, row)
    found += [f"capacity {n}" for n, load in loads.items() if load > book.experts[n]["capacity"]]
    if book.short_of_minimum(loads):
        found.append("minimum")
    if given["reciprocity"] == "forbid" and book.mutual(arrows):
        found.append("mutual")
    if book.leaves and given["routing"] == "whole" and any(len(x) > 1 for x in receivers.values()):
        found.append("whole")
    return found


def worth(given: Json, plan: dict[str, Row]) -> tuple[Any, ...]:
    """The objective of a plan, larger is better."""
    book = Book(given)
    total, loads = [0, 0, 0, 0], dict.fromkeys(book.experts, 0)
    arrows: frozenset[tuple[str, str]] = frozenset()
    for code, row in plan.items():
        script = book.scripts[code]
        total = [a + b for a, b in zip(total, book.gain(script, row), strict=True)]
        arrows |= book.arrows(script, row)
        for name in row:
            loads[name] += 1
    mutual = book.mutual(arrows) if given["reciprocity"] == "avoid" else 0
    return (*total, -mutual, -book.fairness(loads))


def best(given: Json) -> tuple[Any, ...] | None:
    """The best objective by trying everything; None when no plan keeps the rules."""
    book = Book(given)
    names = sorted(book.experts)
    states: dict[tuple[Any, ...], tuple[int, ...]] = {
        ((0,) * len(names), frozenset(), frozenset()): (0, 0, 0, 0)
    }
    for script in given["scripts"]:
        grown: dict[tuple[Any, ...], tuple[int, ...]] = {}
        for state, total in states.items():
            for row in book.rows(script):
                step = _grown(book, names, state, script, row)
                if step is None:
                    continue
                value = tuple(a + b for a, b in zip(total, book.gain(script, row), strict=True))
                if step not in grown or value > grown[step]:
                    grown[step] = value
        states = grown
    answers = []
    for (loads, arrows, _), total in states.items():
        named = dict(zip(names, loads, strict=True))
        if not book.short_of_minimum(named):
            mutual = book.mutual(arrows) if given["reciprocity"] == "avoid" else 0
            answers.append((*total, -mutual, -book.fairness(named)))
    return max(answers, default=None)


def _grown(
    book: Book, names: list[str], state: tuple[Any, ...], script: Json, row: Row
) -> tuple[Any, ...] | None:
    loads, arrows, sent = state
    given = book.given
    more = tuple(load + (name in row) for name, load in zip(names, loads, strict=True))
    if any(load > book.experts[name]["capacity"] for name, load in zip(names, more, strict=True)):
        return None
    if book.leaves and given["reciprocity"] != "allow":
        arrows |= book.arrows(script, row)
        if given["reciprocity"] == "forbid" and book.mutual(arrows):
            return None
    if book.leaves and given["routing"] == "whole":
        school = book.school_of[script["class"]]
        sent |= {(school, script["exam"], book.experts[name]["school"]) for name in row}
        if len({key[:2] for key in sent}) < len(sent):
            return None
    return more, arrows, sent


def proved(given: Json, certificate: Json) -> int:
    """The shortage that a certificate proves, by the sum that the format states."""
    book, named = Book(given), set(certificate["experts"])
    total = -sum(book.experts[name]["capacity"] for name in named)
    for code in certificate["scripts"]:
        script = book.scripts[code]
        outside = [
            expert
            for name, expert in book.experts.items()
            if name not in named and book.may(script, expert)
        ]
        apart = {x["school"] if given["distinct_schools"] else x["id"] for x in outside}
        total += book.wanted(script) - min(book.wanted(script), len(apart))
    return total
