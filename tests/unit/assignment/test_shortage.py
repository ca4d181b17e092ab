"""What is short, why, and the cheapest way out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from assignment import (
    Certificate,
    Conflict,
    ConflictLevel,
    Partial,
    Plan,
    Qualification,
    Refs,
    Sentence,
    proved_shortage,
    solve,
)
from tests.unit.assignment.oracle import random_problem
from tests.unit.assignment.small import expert, problem, scripts


def partial(question):
    outcome = solve(question, seed=0)
    assert isinstance(outcome, Partial)
    return outcome


def test_shortage_counts_reasons_and_names_who_could_end_it():
    fresh = (Qualification(subject="math", since=dt.date(2025, 9, 1)),)
    staff = [
        expert("full", "B", 2),
        expert("own", "A"),
        expert("young", "C", qualifications=fresh),
        expert("kin", "D", conflicts=(Conflict(level=ConflictLevel.CLASS, ref="A1"),)),
    ]
    (row,) = partial(problem(scripts("A1", 5), staff)).shortages
    assert row.missing == 3
    assert row.reasons == {"full": 1, "own_school": 1, "experience": 1, "conflict_class": 1}
    assert str(row.sentence) == (
        "Не хватает мест: 3 (классы: A1; работы: X). Экспертов по причинам:"
        " конфликт интересов с классом: 1, стаж по предмету меньше требуемого: 1,"
        " мест больше нет: 1, своя школа: 1"
    )
    assert str(row.repair) == "Добавьте мест: 3 любому из экспертов: full"


def test_shortages_that_share_no_expert_are_told_apart():
    barred = {name: (Conflict(level=ConflictLevel.CLASS, ref=name),) for name in ("A1", "B1")}
    staff = [
        expert("e", "C", 1, conflicts=barred["A1"]),
        expert("f", "C", 2, conflicts=barred["B1"]),
    ]
    outcome = partial(problem([*scripts("A1", 4), *scripts("B1", 4)], staff))
    assert sorted((row.missing, row.certificate.experts) for row in outcome.shortages) == [
        (2, ("f",)),
        (3, ("e",)),
    ]
    assert outcome.certificate.shortage == outcome.missing == 5


def test_script_without_any_expert_asks_for_new_ones():
    (row,) = partial(problem(scripts("A1", 2), [expert("own", "A")])).shortages
    assert row.certificate == Certificate(scripts=("A1-1", "A1-2"), experts=(), shortage=2)
    assert str(row.repair).startswith("Привлеките экспертов ещё на 2")


def test_same_school_is_the_shortage_where_experts_must_come_from_different_ones():
    staff = [expert("e", "B"), expert("f", "B")]
    question = problem(scripts("A1", 3), staff, k=2, distinct_schools=True)
    outcome = partial(question)
    assert outcome.missing == 3
    assert proved_shortage(question, outcome.certificate) == 3


def test_expert_of_two_schools_meets_both():
    staff = [expert("e", "B", also_at=("C",)), expert("f", "C")]
    outcome = partial(problem(scripts("A1", 3), staff, k=2, distinct_schools=True))
    assert outcome.missing == 3
    assert all(len(row.experts) == 1 for row in outcome.plan.assignments)


def test_repair_does_what_it_says():
    staff = [expert("e", "B", 2), expert("f", "C", 2)]
    work = scripts("A1", 7)
    (row,) = partial(problem(work, staff)).shortages
    assert row.repair.params["experts"] == Refs(ids=("e", "f"))
    assert isinstance(solve(problem(work, [expert("e", "B", 5), staff[1]]), seed=0), Plan)


def test_sentence_is_told_in_another_language_with_names_for_keys():
    english = {"Мест: %(count)s, %(who)s": "Places: %(count)s, %(who)s", "нет": "none"}
    inner = (Sentence(text="нет"), Refs(ids=tuple("abcdefg")))
    sentence = Sentence(text="Мест: %(count)s, %(who)s", params={"count": 2, "who": inner})
    told = sentence.rendered(english.__getitem__, str.upper)
    assert told == "Places: 2, none, A, B, C, D, E (+2)"


def test_every_repair_on_random_problems_ends_its_shortage():
    tried = 0
    for seed in range(80_000, 80_500):
        question = random_problem(seed)
        outcome = solve(question, seed=seed)
        if not isinstance(outcome, Partial):
            continue
        for row in outcome.shortages:
            for name in getattr(row.repair.params.get("experts"), "ids", ()):
                tried += 1
                staff = tuple(
                    replace(one, capacity=one.capacity + row.missing * (one.id == name))
                    for one in question.experts
                )
                again = solve(replace(question, experts=staff), seed=seed)
                left = again.missing if isinstance(again, Partial) else 0
                assert left == outcome.missing - row.missing, seed
    assert tried > 50
