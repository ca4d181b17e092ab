"""A problem that cannot be is refused, naming the row and the rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment import AssignmentError, Class, Plan, RoutingMode, Rules, Scheme, Script, digest
from tests.unit.assignment.small import expert, problem, scripts

QUESTION = problem(scripts("A1", 2), [expert("b", "B")])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scripts": QUESTION.scripts * 2}, "код «A1-1» встречается дважды"),
        ({"experts": QUESTION.experts * 2}, "эксперт «b» встречается дважды"),
        ({"classes": (Class(id="A1", school="Z"),)}, "школа «Z» не найдена"),
        ({"classes": ()}, "класс «A1» не найдена"),
        ({"exams": ()}, "работа «X» не найдена"),
        ({"experts": (replace(expert("b", "B"), school="Z"),)}, "школа «Z» не найдена"),
    ],
)
def test_key_given_twice_or_unknown_is_refused(change, message):
    with pytest.raises(AssignmentError, match=message):
        replace(QUESTION, **change)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Rules(scheme=Scheme.MUNICIPAL, k=0), "значение 0, а нужно не меньше 1"),
        (lambda: Rules(scheme=Scheme.MUNICIPAL, min_experience_years=-1), "стаж"),
        (
            lambda: Rules(scheme=Scheme.CROSS_SCHOOL, k=2, routing=RoutingMode.WHOLE),
            "при одном эксперте на работу",
        ),
        (lambda: Script(code="1", class_id="A1", exam="X", k=0), "на работу 1"),
        (lambda: expert("b", "B", -1), "вместимость эксперта b"),
        *(
            (lambda minutes=minutes: replace(QUESTION.exams[0], minutes=minutes), "минут на одну")
            for minutes in (0.0, -5.0, float("nan"), float("inf"))
        ),
        (lambda: expert("b", "B", 2, min_load=3), "нагрузка 3 больше вместимости 2"),
    ],
)
def test_impossible_value_is_refused(make, message):
    with pytest.raises(AssignmentError, match=message):
        make()


def test_refusal_keeps_its_text_for_translation():
    with pytest.raises(AssignmentError) as caught:
        expert("b", "B", 2, min_load=3)
    assert str(caught.value) == caught.value.text % caught.value.params


def test_digest_tells_problems_apart_and_not_orders():
    turned = replace(QUESTION, scripts=QUESTION.scripts[::-1])
    assert digest(turned) == digest(QUESTION)
    assert digest(replace(QUESTION, dropped=frozenset({"b"}))) != digest(QUESTION)
    assert digest(replace(QUESTION, scripts=QUESTION.scripts[:1])) != digest(QUESTION)


def test_plan_counts_loads():
    assert Plan(assignments=(), seed=0, digest="").loads() == {}
