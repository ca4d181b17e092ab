"""An independent check of a plan; shares no code with the solver.

It reads the rules of the format once more, script by script, and knows nothing of groups or flows.
Only the values (`problem`, `plan`) are shared.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assignment.plan import Certificate, Plan, Sentence, Violation
from assignment.problem import Class, Exam, Expert, Problem, Script


def verify(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; empty for a valid plan, whole or partial.

    A plan may come from anywhere: the solver, a file, a coordinator's hand. A script without
    enough experts is no violation: `metrics` counts what is missing.
    """
    book = _Book.of(problem)
    found = list(_check_rows(book, plan))
    found += _check_loads(problem, plan)
    if problem.rules.scheme != "in_school":
        found += _check_mutual(book, plan)
        found += _check_receivers(book, plan)
    return tuple(found)


def proved_shortage(problem: Problem, certificate: Certificate) -> int:
    """The shortage that a certificate proves, counted from the rules alone (see `Certificate`)."""
    book = _Book.of(problem)
    named = set(certificate.experts)
    total = -sum(expert.capacity for expert in problem.experts if expert.id in named)
    for code in dict.fromkeys(certificate.scripts):
        script = book.scripts.get(code)
        if script is None:
            continue
        wanted = script.k if script.k is not None else problem.rules.k
        outside = [
            expert
            for expert in problem.experts
            if expert.id not in named and not any(_broken(book, script, expert))
        ]
        apart = {x.school if problem.rules.distinct_schools else x.id for x in outside}
        total += wanted - min(wanted, len(apart))
    return total


@dataclass(frozen=True, slots=True)
class _Book:
    problem: Problem
    scripts: dict[str, Script]
    experts: dict[str, Expert]
    exams: dict[str, Exam]
    classes: dict[str, Class]
    participating: dict[str, bool]

    @classmethod
    def of(cls, problem: Problem) -> _Book:
        return cls(
            problem,
            {script.code: script for script in problem.scripts},
            {expert.id: expert for expert in problem.experts},
            {exam.id: exam for exam in problem.exams},
            {row.id: row for row in problem.classes},
            {school.id: school.participating for school in problem.schools},
        )

    def pairs(self, plan: Plan) -> Iterator[tuple[Script, Expert]]:
        for row in plan.assignments:
            script = self.scripts.get(row.code)
            for name in row.experts:
                expert = self.experts.get(name)
                if script is not None and expert is not None:
                    yield script, expert


def _violation(
    kind: str, text: str, *, code: str = "", expert: str = "", **more: object
) -> Violation:
    params = {"code": code, "expert": expert, **more}
    return Violation(
        kind=kind,
        sentence=Sentence(text=text, params=params),
        code=code or None,
        expert=expert or None,
    )


def _check_rows(book: _Book, plan: Plan) -> Iterator[Violation]:
    seen: set[str] = set()
    for row in plan.assignments:
        script = book.scripts.get(row.code)
        if script is None:
            yield _violation("unknown_script", "Работы %(code)s нет в задаче", code=row.code)
            continue
        if row.code in seen:
            yield _violation("twice", "Работа %(code)s стоит в плане дважды", code=row.code)
        seen.add(row.code)
        yield from _check_number(book, script, row.experts)
        yield from _check_apart(book, script, row.experts)
        for name in dict.fromkeys(row.experts):
            yield from _check_pair(book, script, name)


def _check_number(book: _Book, script: Script, experts: tuple[str, ...]) -> Iterator[Violation]:
    wanted = script.k if script.k is not None else book.problem.rules.k
    if len(experts) > wanted:
        text = "Работу %(code)s проверяют эксперты: %(given)s, а нужно: %(wanted)s"
        yield _violation("too_many", text, code=script.code, given=len(experts), wanted=wanted)
    for name, times in Counter(experts).items():
        if times > 1:
            text = "Эксперт %(expert)s назначен на работу %(code)s дважды"
            yield _violation("same_expert", text, code=script.code, expert=name)


def _check_apart(book: _Book, script: Script, experts: tuple[str, ...]) -> Iterator[Violation]:
    if not book.problem.rules.distinct_schools:
        return
    taken: dict[str, str] = {}
    for name in dict.fromkeys(experts):
        expert = book.experts.get(name)
        if expert is None:
            continue
        for school in {expert.school, *expert.also_at}:
            if school in taken:
                text = "Работа %(code)s: эксперты %(other)s и %(expert)s из одной школы %(school)s"
                yield _violation(
                    "same_school",
                    text,
                    code=script.code,
                    expert=name,
                    other=taken[school],
                    school=school,
                )
            taken[school] = name


def _check_pair(book: _Book, script: Script, name: str) -> Iterator[Violation]:
    expert = book.experts.get(name)
    if expert is None:
        text = "Работа %(code)s: эксперта %(expert)s нет в задаче"
        yield _violation("unknown_expert", text, code=script.code, expert=name)
        return
    for kind, text in _broken(book, script, expert):
        yield _violation(
            kind, "Работа %(code)s, эксперт %(expert)s: " + text, code=script.code, expert=name
        )


def _broken(book: _Book, script: Script, expert: Expert) -> Iterator[tuple[str, str]]:
    if expert.id in book.problem.dropped:
        yield "dropped", "эксперт выбыл"
    if not book.problem.rules.allow_external and not book.participating[expert.school]:
        yield "external", "школа эксперта не участвует в проверке"
    if not _qualified(book, script, expert):
        yield "experience", "нет требуемого стажа по предмету на день работы"
    if expert.id in script.exclude:
        yield "excluded", "эксперт отстранён от этой работы"
    yield from _broken_by_place(book, script, expert)
    yield from _broken_by_conflict(book, script, expert)


def _qualified(book: _Book, script: Script, expert: Expert) -> bool:
    exam = book.exams[script.exam]
    years = book.problem.rules.min_experience_years
    moved = book.problem.rules.leap_rule == "mar1"
    for row in expert.qualifications:
        if row.subject == exam.subject and _years_later(row.since, years, moved) <= exam.on:
            return True
    return False


def _years_later(day: dt.date, years: int, to_march: bool) -> dt.date:  # noqa: FBT001
    if day.year + years > dt.date.max.year:
        return dt.date.max
    try:
        return dt.date(day.year + years, day.month, day.day)
    except ValueError:
        last = dt.date(day.year + years, 2, 28)
        return last + dt.timedelta(days=1) if to_march else last


def _broken_by_place(book: _Book, script: Script, expert: Expert) -> Iterator[tuple[str, str]]:
    rules = book.problem.rules
    school = book.classes[script.class_id].school
    works_there = school in {expert.school, *expert.also_at}
    if rules.scheme == "in_school":
        if not works_there:
            yield "leaves_school", "работа не должна покидать свою школу"
        if rules.own_class == "forbid" and script.class_id in expert.teaches:
            yield "own_class", "эксперт учит этот класс"
        return
    if works_there:
        yield "own_school", "эксперт работает в школе этой работы"
    if script.class_id in expert.teaches:
        yield "own_class", "эксперт учит этот класс"


def _broken_by_conflict(book: _Book, script: Script, expert: Expert) -> Iterator[tuple[str, str]]:
    touched = {
        "school": book.classes[script.class_id].school,
        "class": script.class_id,
        "code": script.code,
    }
    for conflict in expert.conflicts:
        if touched[conflict.level.value] == conflict.ref:
            yield "conflict", "объявлен конфликт интересов"


def _check_loads(problem: Problem, plan: Plan) -> Iterator[Violation]:
    load = Counter(name for row in plan.assignments for name in row.experts)
    for expert in problem.experts:
        given = load[expert.id]
        if given > expert.capacity:
            text = "У эксперта %(expert)s работ %(given)s, а вместимость %(limit)s"
            yield _violation("capacity", text, expert=expert.id, given=given, limit=expert.capacity)
        if given < expert.min_load and expert.id not in problem.dropped:
            text = "У эксперта %(expert)s работ %(given)s, а должно быть не меньше %(limit)s"
            yield _violation("min_load", text, expert=expert.id, given=given, limit=expert.min_load)


def _check_mutual(book: _Book, plan: Plan) -> Iterator[Violation]:
    if book.problem.rules.reciprocity != "forbid":
        return
    arrows = {
        (expert.school, book.classes[script.class_id].school) for script, expert in book.pairs(plan)
    }
    for scorer, scored in sorted(arrows):
        if scorer < scored and (scored, scorer) in arrows:
            text = "Школы %(scorer)s и %(scored)s проверяют друг друга"
            yield _violation("mutual", text, scorer=scorer, scored=scored)


def _check_receivers(book: _Book, plan: Plan) -> Iterator[Violation]:
    rules = book.problem.rules
    if rules.routing == "whole":
        kind, most = "whole", 1
        text = "Работы школы %(school)s (%(exam)s) ушли в несколько школ: %(scorers)s"
    elif rules.max_receivers is not None:
        kind, most = "receivers", rules.max_receivers
        text = (
            "Работы школы %(school)s (%(exam)s) ушли в школы: %(scorers)s, а разрешено не больше"
            " %(most)s"
        )
    else:
        return
    receivers: dict[tuple[str, str], set[str]] = {}
    for script, expert in book.pairs(plan):
        key = (book.classes[script.class_id].school, script.exam)
        receivers.setdefault(key, set()).add(expert.school)
    for (school, exam), scorers in sorted(receivers.items()):
        if len(scorers) > most:
            told = ", ".join(sorted(scorers))
            yield _violation(kind, text, school=school, exam=exam, scorers=told, most=most)
