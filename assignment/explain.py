"""Why this expert, why not that one."""

from __future__ import annotations

from collections.abc import Iterator

from assignment.eligibility import PHRASES, Facts, barriers
from assignment.errors import AssignmentError
from assignment.plan import Explanation, Plan, Refs, Sentence
from assignment.problem import Expert, Problem, Script


def explain(problem: Problem, plan: Plan, *, script: str, expert: str) -> Explanation:
    """The reasons why an expert scores a script in this plan, or does not.

    Raises:
        AssignmentError: the script or the expert is not in the problem.
    """
    facts = Facts.of(problem)
    work, person = _found(problem, script, expert)
    present = next((row.experts for row in plan.assignments if row.code == script), ())
    barred = tuple(
        Sentence(text="Нельзя: %(reason)s", params={"reason": Sentence(text=PHRASES[reason])})
        for reason in barriers(facts, work, person)
    )
    assigned = expert in present
    told = barred or tuple(_choices(problem, facts, plan, work, person, present))
    return Explanation(assigned=assigned, eligible=not barred, reasons=told)


def _found(problem: Problem, code: str, name: str) -> tuple[Script, Expert]:
    work = next((row for row in problem.scripts if row.code == code), None)
    if work is None:
        raise AssignmentError("Работы «%(code)s» нет в списке", code=code)
    person = next((row for row in problem.experts if row.id == name), None)
    if person is None:
        raise AssignmentError("Эксперта «%(expert)s» нет в списке", expert=name)
    return work, person


def _choices(
    problem: Problem,
    facts: Facts,
    plan: Plan,
    script: Script,
    expert: Expert,
    present: tuple[str, ...],
) -> Iterator[Sentence]:
    """Reasons that are no bar: history, loads, what another choice would cost."""
    if expert.id not in present:
        yield from _against(problem, facts, plan, script, expert, present)
        return
    yield Sentence(text="Назначен: правила разрешают, место есть")
    if any(row.code == script.code and expert.id in row.experts for row in problem.previous):
        yield Sentence(text="Проверял эту работу и в прежнем распределении")
    yield _load(plan, expert)
    others = _able(problem, facts, plan, script, present)
    text = "Других подходящих экспертов с местом: %(count)s"
    yield Sentence(text=text, params={"count": len(others)})


def _against(
    problem: Problem,
    facts: Facts,
    plan: Plan,
    script: Script,
    expert: Expert,
    present: tuple[str, ...],
) -> Iterator[Sentence]:
    loads = plan.loads()
    mates = [row for row in problem.experts if row.id in present and _meet(row, expert)]
    if problem.rules.distinct_schools and mates:
        text = "Работу уже проверяет эксперт той же школы: %(experts)s"
        yield Sentence(text=text, params={"experts": Refs(ids=tuple(row.id for row in mates))})
    if loads.get(expert.id, 0) >= expert.capacity:
        text = "Мест больше нет: занято %(load)s из %(capacity)s"
        params = {"load": loads.get(expert.id, 0), "capacity": expert.capacity}
        yield Sentence(text=text, params=params)
    if script.class_id in expert.teaches:
        yield Sentence(text="Учит этот класс: таких назначений избегаем")
    if expert.school in facts.outside:
        yield Sentence(text="Внешний эксперт: привлекается только при нехватке своих")
    yield from _heavier(problem, plan, expert, present)


def _heavier(
    problem: Problem, plan: Plan, expert: Expert, present: tuple[str, ...]
) -> Iterator[Sentence]:
    """What handing the script over would do to the loads."""
    loads = plan.loads()
    for other in problem.experts:
        if other.id not in present or not (other.capacity and expert.capacity):
            continue
        step = (2 * loads.get(expert.id, 0) + 1) / expert.capacity
        saved = (2 * loads[other.id] - 1) / other.capacity
        if step > saved:
            text = "Вместо эксперта %(other)s нагрузка стала бы менее ровной"
        elif step == saved:
            text = "Вместо эксперта %(other)s подошёл бы так же: выбор решён жребием"
        else:
            text = "Вместо эксперта %(other)s его держат другие работы или правила"
        yield Sentence(text=text, params={"other": Refs(ids=(other.id,))})
    yield _load(plan, expert)


def _load(plan: Plan, expert: Expert) -> Sentence:
    params = {"load": plan.loads().get(expert.id, 0), "capacity": expert.capacity}
    return Sentence(text="Нагрузка: %(load)s из %(capacity)s", params=params)


def _able(
    problem: Problem, facts: Facts, plan: Plan, script: Script, present: tuple[str, ...]
) -> list[str]:
    loads = plan.loads()
    return [
        expert.id
        for expert in problem.experts
        if expert.id not in present
        and loads.get(expert.id, 0) < expert.capacity
        and not barriers(facts, script, expert)
    ]


def _meet(one: Expert, other: Expert) -> bool:
    return bool(set(one.workplaces) & set(other.workplaces))
