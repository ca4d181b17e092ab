"""Who is to score what: exams, schools, classes, scripts, experts and rules, checked when made."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from assignment.errors import AssignmentError


class Scheme(StrEnum):
    """The checking scheme (P 7.1)."""

    IN_SCHOOL = "in_school"
    CROSS_SCHOOL = "cross_school"
    MUNICIPAL = "municipal"


class OwnClass(StrEnum):
    """May a teacher score the class that he teaches? Read in the in-school scheme only."""

    FORBID = "forbid"
    AVOID = "avoid"


class Reciprocity(StrEnum):
    """May two schools score each other?"""

    FORBID = "forbid"
    AVOID = "avoid"
    ALLOW = "allow"


class RoutingMode(StrEnum):
    """Whether the scripts of one school and exam may go to several schools."""

    SPLIT = "split"
    WHOLE = "whole"


class LeapRule(StrEnum):
    """The anniversary of 29 February in a year that has no such day."""

    FEB28 = "feb28"
    MAR1 = "mar1"


class ConflictLevel(StrEnum):
    """How far a declared conflict of interest reaches."""

    SCHOOL = "school"
    CLASS = "class"
    CODE = "code"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What holds for the whole problem; the fields are those of the outside format, and one more.

    Attributes:
        max_receivers: the scripts of one school and exam go to at most so many schools; None: no
            limit. It is read where scripts leave their school.
    """

    scheme: Scheme
    k: int = 1
    distinct_schools: bool = False
    own_class: OwnClass = OwnClass.AVOID
    reciprocity: Reciprocity = Reciprocity.ALLOW
    routing: RoutingMode = RoutingMode.SPLIT
    allow_external: bool = True
    min_experience_years: int = 1
    leap_rule: LeapRule = LeapRule.FEB28
    max_receivers: int | None = None

    def __post_init__(self) -> None:
        if self.max_receivers is not None:
            _at_least(self.max_receivers, 1, "школ-получателей (max_receivers)")
        _at_least(self.k, 1, "экспертов на работу (k)")
        _at_least(self.min_experience_years, 0, "стаж в годах (min_experience_years)")
        if self.routing is RoutingMode.WHOLE and self.k != 1:
            raise AssignmentError(
                "Целиком (routing = whole) работы передают при одном эксперте на работу (k = 1),"
                " а k = %(k)s",
                k=self.k,
            )

    @property
    def receivers(self) -> int | None:
        """Most schools that may score the scripts of one school and exam; None: no limit."""
        if self.scheme is Scheme.IN_SCHOOL:
            return None
        return 1 if self.routing is RoutingMode.WHOLE else self.max_receivers


@dataclass(frozen=True, kw_only=True, slots=True)
class Exam:
    """A work: subject and day. `minutes` is what one script takes an expert.

    Where exams differ in minutes, loads are fair in minutes.
    """

    id: str
    subject: str
    on: dt.date
    minutes: float = 25.0

    def __post_init__(self) -> None:
        if not 0 < self.minutes < math.inf:
            raise AssignmentError(
                "Работа «%(exam)s»: минут на одну работу %(minutes)s, а нужно больше нуля",
                exam=self.id,
                minutes=self.minutes,
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class School:
    """A school; experts of one that does not participate are external."""

    id: str
    participating: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Class:
    """A class of a school."""

    id: str
    school: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A participant's script, known by a code that is unique in the problem.

    Attributes:
        code: opaque key of the script.
        class_id: the class it comes from.
        exam: the exam's id.
        k: independent experts for this script; None takes the rule for all.
        exclude: experts who may not score it, such as earlier ones.
    """

    code: str
    class_id: str
    exam: str
    k: int | None = None
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.k is not None:
            _at_least(self.k, 1, f"экспертов на работу {self.code} (k)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Qualification:
    """A subject and the day since when the expert has taught it."""

    subject: str
    since: dt.date


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A declared conflict of interest with a school, a class or one script's code."""

    level: ConflictLevel
    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Expert:
    """An expert: where he works, what he may score, how many scripts he takes.

    Attributes:
        id: opaque key.
        school: his main school.
        also_at: other schools where he works.
        capacity: most scripts he takes, over all exams together.
        min_load: fewest scripts he must get; a hard rule.
        qualifications: his subjects with the day since when.
        teaches: classes that he teaches.
        conflicts: his declared conflicts of interest.
    """

    id: str
    school: str
    capacity: int
    also_at: tuple[str, ...] = ()
    min_load: int = 0
    qualifications: tuple[Qualification, ...] = ()
    teaches: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def __post_init__(self) -> None:
        _at_least(self.capacity, 0, f"вместимость эксперта {self.id} (capacity)")
        _at_least(self.min_load, 0, f"наименьшая нагрузка эксперта {self.id} (min_load)")
        if self.min_load > self.capacity:
            raise AssignmentError(
                "Эксперт %(expert)s: наименьшая нагрузка %(min_load)s больше вместимости"
                " %(capacity)s",
                expert=self.id,
                min_load=self.min_load,
                capacity=self.capacity,
            )

    @property
    def workplaces(self) -> tuple[str, ...]:
        """Every school where he works, the main one first."""
        return (self.school, *(school for school in self.also_at if school != self.school))


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """One script and the experts who score it, in the order of their reading."""

    code: str
    experts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Everything that a plan depends on.

    Attributes:
        rules: what holds for all.
        exams: the exams scored together, sharing the experts' capacity.
        schools: all schools that classes and experts name.
        classes: all classes that scripts name.
        scripts: what is to be scored.
        experts: who may score.
        previous: an earlier plan, from which changes are counted.
        dropped: experts who may not be used.
        begun: (code, expert) pairs whose scoring has begun; they stay where the rules allow.

    Raises:
        AssignmentError: a key is given twice, or something named is not there.
    """

    rules: Rules
    exams: tuple[Exam, ...]
    schools: tuple[School, ...]
    classes: tuple[Class, ...]
    scripts: tuple[Script, ...]
    experts: tuple[Expert, ...]
    previous: tuple[Assignment, ...] = ()
    dropped: frozenset[str] = field(default_factory=frozenset)
    begun: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        exams = _unique("работа", (exam.id for exam in self.exams))
        schools = _unique("школа", (school.id for school in self.schools))
        classes = _unique("класс", (row.id for row in self.classes))
        _unique("код", (script.code for script in self.scripts))
        _unique("эксперт", (expert.id for expert in self.experts))
        _unique("код прежнего плана", (row.code for row in self.previous))
        for row in self.classes:
            _known("класс", row.id, "школа", row.school, schools)
        for script in self.scripts:
            _known("код", script.code, "класс", script.class_id, classes)
            _known("код", script.code, "работа", script.exam, exams)
        for expert in self.experts:
            for school in expert.workplaces:
                _known("эксперт", expert.id, "школа", school, schools)


def _at_least(value: int, least: int, what: str) -> None:
    if value < least:
        raise AssignmentError(
            "%(what)s: значение %(value)s, а нужно не меньше %(least)s",
            what=what,
            value=value,
            least=least,
        )


def _unique(what: str, keys: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise AssignmentError("%(what)s «%(key)s» встречается дважды", what=what, key=key)
        seen.add(key)
    return frozenset(seen)


def _known(what: str, key: str, named: str, ref: str, there: frozenset[str]) -> None:
    if ref not in there:
        raise AssignmentError(
            "%(what)s «%(key)s»: %(named)s «%(ref)s» не найдена в списке",
            what=what,
            key=key,
            named=named,
            ref=ref,
        )
