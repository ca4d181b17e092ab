"""Why this expert, and why not that one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment import Assignment, AssignmentError, Scheme, explain
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import expert, problem, scripts


def told(question, plan, script, name):
    answer = explain(question, plan, script=script, expert=name)
    return answer.assigned, answer.eligible, [str(row) for row in answer.reasons]


def test_bar_is_told_first():
    question = problem(scripts("A1", 1), [expert("own", "A"), expert("e", "B")])
    assert told(question, plan_of({"A1-1": ("e",)}), "A1-1", "own") == (
        False,
        False,
        ["Нельзя: своя школа"],
    )


def test_choice_is_told_with_load_history_and_rivals():
    question = problem(scripts("A1", 1), [expert("e", "B"), expert("f", "C"), expert("own", "A")])
    again = replace(question, previous=(Assignment(code="A1-1", experts=("e",)),))
    assert told(again, plan_of({"A1-1": ("e",)}), "A1-1", "e") == (
        True,
        True,
        [
            "Назначен: правила разрешают, место есть",
            "Проверял эту работу и в прежнем распределении",
            "Нагрузка: 1 из 10",
            "Других подходящих экспертов с местом: 1",
        ],
    )


@pytest.mark.parametrize(
    ("rival", "rules", "reason"),
    [
        (expert("f", "C", 2), {}, "Мест больше нет: занято 2 из 2"),
        (expert("f", "C", 3), {}, "Вместо эксперта e нагрузка стала бы менее ровной"),
        (expert("f", "C", 80), {}, "Вместо эксперта e его держат другие работы или правила"),
        (expert("f", "C", 9), {"outside": ["C"]}, "Внешний эксперт: привлекается только при"),
        (expert("f", "B", 9), {"k": 2, "distinct_schools": True}, "Работу уже проверяет эксперт"),
    ],
)
def test_eligible_expert_who_was_not_chosen_has_a_reason(rival, rules, reason):
    question = problem(scripts("A1", 3), [expert("e", "B"), rival], **rules)
    plan = plan_of({"A1-1": ("e",), "A1-2": ("f",), "A1-3": ("f",)})
    assigned, eligible, reasons = told(question, plan, "A1-1", "f")
    assert (assigned, eligible) == (False, True)
    assert any(row.startswith(reason) for row in reasons)


def test_first_plan_has_no_history_to_tell():
    question = problem(scripts("A1", 1), [expert("e", "B")])
    reasons = told(question, plan_of({"A1-1": ("e",)}), "A1-1", "e")[2]
    assert reasons[1] == "Нагрузка: 1 из 10"


def test_equals_are_told_to_be_decided_by_lot():
    question = problem(scripts("A1", 2), [expert("e", "B"), expert("f", "C")])
    plan = plan_of({"A1-1": ("e",), "A1-2": ("e",)})
    twin = plan_of({"A1-1": ("e",)})
    assert any("жребием" in row for row in told(question, twin, "A1-1", "f")[2])
    assert any("держат" in row for row in told(question, plan, "A1-1", "f")[2])


def test_own_class_that_is_avoided_is_told():
    staff = [expert("e", "A"), expert("t", "A", teaches=("A1",))]
    question = problem(scripts("A1", 1), staff, scheme=Scheme.IN_SCHOOL)
    reasons = told(question, plan_of({"A1-1": ("e",)}), "A1-1", "t")[2]
    assert "Учит этот класс: таких назначений избегаем" in reasons


@pytest.mark.parametrize(("script", "name"), [("A1-9", "e"), ("A1-1", "nobody")])
def test_unknown_script_or_expert_is_refused(script, name):
    question = problem(scripts("A1", 1), [expert("e", "B")])
    with pytest.raises(AssignmentError, match="нет в списке"):
        explain(question, plan_of({}), script=script, expert=name)
