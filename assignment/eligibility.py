"""Why an expert may not score a script: one small predicate a rule, each with its reason."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assignment.problem import (
    Class,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    LeapRule,
    OwnClass,
    Problem,
    Rules,
    Scheme,
    Script,
)


class Barrier(StrEnum):
    """A reason that keeps an expert from a script."""

    DROPPED = "dropped"
    EXTERNAL = "external"
    SUBJECT = "subject"
    EXPERIENCE = "experience"
    OTHER_SCHOOL = "other_school"
    OWN_SCHOOL = "own_school"
    WORKPLACE = "workplace"
    OWN_CLASS = "own_class"
    CONFLICT_SCHOOL = "conflict_school"
    CONFLICT_CLASS = "conflict_class"
    CONFLICT_CODE = "conflict_code"
    EXCLUDED = "excluded"


PHRASES: Mapping[Barrier, str] = {
    Barrier.DROPPED: "выбыл",
    Barrier.EXTERNAL: "школа не участвует в проверке",
    Barrier.SUBJECT: "другой предмет",
    Barrier.EXPERIENCE: "стаж по предмету меньше требуемого",
    Barrier.OTHER_SCHOOL: "работает в другой школе",
    Barrier.OWN_SCHOOL: "своя школа",
    Barrier.WORKPLACE: "второе место работы",
    Barrier.OWN_CLASS: "свой класс",
    Barrier.CONFLICT_SCHOOL: "конфликт интересов со школой",
    Barrier.CONFLICT_CLASS: "конфликт интересов с классом",
    Barrier.CONFLICT_CODE: "конфликт интересов с работой",
    Barrier.EXCLUDED: "отстранён от этой работы",
}
"""What each reason is called to a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A problem's rules and lists by key, made once and asked often."""

    rules: Rules
    exams: Mapping[str, Exam]
    classes: Mapping[str, Class]
    outside: frozenset[str]
    dropped: frozenset[str]

    @classmethod
    def of(cls, problem: Problem) -> Facts:
        """The facts of a problem."""
        return cls(
            rules=problem.rules,
            exams={exam.id: exam for exam in problem.exams},
            classes={row.id: row for row in problem.classes},
            outside=frozenset(s.id for s in problem.schools if not s.participating),
            dropped=problem.dropped,
        )

    def school_of(self, script: Script) -> str:
        """The school that a script comes from."""
        return self.classes[script.class_id].school


def anniversary(since: dt.date, years: int, leap_rule: LeapRule) -> dt.date:
    """The day `years` after `since`; 29 February falls where the leap rule says.

    A day beyond the calendar is the calendar's last.
    """
    year = since.year + years
    if year > dt.MAXYEAR:
        return dt.date.max
    if (since.month, since.day) != (2, 29) or calendar.isleap(year):
        return since.replace(year=year)
    return dt.date(year, 2, 28) if leap_rule is LeapRule.FEB28 else dt.date(year, 3, 1)


def experienced(expert: Expert, exam: Exam, rules: Rules) -> bool:
    """He has taught the exam's subject long enough on the day of the exam (P 7.4)."""
    return any(
        row.subject == exam.subject
        and anniversary(row.since, rules.min_experience_years, rules.leap_rule) <= exam.on
        for row in expert.qualifications
    )


def teaches_subject(expert: Expert, exam: Exam) -> bool:
    """He teaches the exam's subject, however short a time."""
    return any(row.subject == exam.subject for row in expert.qualifications)


def is_own_class(expert: Expert, script: Script) -> bool:
    """He teaches the class that the script comes from."""
    return script.class_id in expert.teaches


def _dropped(facts: Facts, script: Script, expert: Expert) -> bool:
    del script
    return expert.id in facts.dropped


def _external(facts: Facts, script: Script, expert: Expert) -> bool:
    del script
    return not facts.rules.allow_external and expert.school in facts.outside


def _wrong_subject(facts: Facts, script: Script, expert: Expert) -> bool:
    return not teaches_subject(expert, facts.exams[script.exam])


def _inexperienced(facts: Facts, script: Script, expert: Expert) -> bool:
    exam = facts.exams[script.exam]
    return teaches_subject(expert, exam) and not experienced(expert, exam, facts.rules)


def _other_school(facts: Facts, script: Script, expert: Expert) -> bool:
    in_school = facts.rules.scheme is Scheme.IN_SCHOOL
    return in_school and facts.school_of(script) not in expert.workplaces


def _own_school(facts: Facts, script: Script, expert: Expert) -> bool:
    leaves = facts.rules.scheme is not Scheme.IN_SCHOOL
    return leaves and facts.school_of(script) == expert.school


def _workplace(facts: Facts, script: Script, expert: Expert) -> bool:
    leaves = facts.rules.scheme is not Scheme.IN_SCHOOL
    return leaves and facts.school_of(script) in expert.workplaces[1:]


def _own_class(facts: Facts, script: Script, expert: Expert) -> bool:
    rules = facts.rules
    avoidable = rules.scheme is Scheme.IN_SCHOOL and rules.own_class is OwnClass.AVOID
    return not avoidable and is_own_class(expert, script)


def _conflict(level: ConflictLevel) -> Callable[[Facts, Script, Expert], bool]:
    def declared(facts: Facts, script: Script, expert: Expert) -> bool:
        ref = {
            ConflictLevel.SCHOOL: facts.school_of(script),
            ConflictLevel.CLASS: script.class_id,
            ConflictLevel.CODE: script.code,
        }[level]
        return Conflict(level=level, ref=ref) in expert.conflicts

    return declared


def _excluded(facts: Facts, script: Script, expert: Expert) -> bool:
    del facts
    return expert.id in script.exclude


_TESTS: Mapping[Barrier, Callable[[Facts, Script, Expert], bool]] = {
    Barrier.DROPPED: _dropped,
    Barrier.EXTERNAL: _external,
    Barrier.SUBJECT: _wrong_subject,
    Barrier.EXPERIENCE: _inexperienced,
    Barrier.OTHER_SCHOOL: _other_school,
    Barrier.OWN_SCHOOL: _own_school,
    Barrier.WORKPLACE: _workplace,
    Barrier.OWN_CLASS: _own_class,
    Barrier.CONFLICT_SCHOOL: _conflict(ConflictLevel.SCHOOL),
    Barrier.CONFLICT_CLASS: _conflict(ConflictLevel.CLASS),
    Barrier.CONFLICT_CODE: _conflict(ConflictLevel.CODE),
    Barrier.EXCLUDED: _excluded,
}


def barriers(facts: Facts, script: Script, expert: Expert) -> tuple[Barrier, ...]:
    """Every reason that keeps this expert from this script; empty when he may score it."""
    return tuple(reason for reason, test in _TESTS.items() if test(facts, script, expert))
