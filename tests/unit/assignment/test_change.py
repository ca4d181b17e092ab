"""The fewest changes after somebody leaves, begun works kept."""

from __future__ import annotations

from dataclasses import replace

from assignment import (
    Conflict,
    ConflictLevel,
    Infeasible,
    Partial,
    Plan,
    Problem,
    Script,
    resolve,
    solve,
    verify,
)
from tests.unit.assignment.oracle import plan_of, random_problem
from tests.unit.assignment.small import expert, plan_in, problem, scripts


def test_when_one_leaves_only_his_works_move():
    staff = [expert(f"e{place}", "B", 20) for place in range(6)]
    question = problem(scripts("A1", 60), staff)
    plan = plan_in(solve(question, seed=1))
    change = resolve(question, plan, dropped=["e3"], begun=[], seed=2)
    assert isinstance(change.outcome, Plan)
    assert len(change.moves) == plan.loads()["e3"] == 10
    assert all(move.before == ("e3",) and move.after != ("e3",) for move in change.moves)


def test_when_one_of_two_readers_leaves_the_other_stays():
    staff = [expert(f"e{place}", school, 20) for place, school in enumerate("BCDEF")]
    question = problem(scripts("A1", 30), staff, k=2, distinct_schools=True)
    plan = plan_in(solve(question, seed=1))
    change = resolve(question, plan, dropped=["e3"], begun=[], seed=2)
    assert len(change.moves) == plan.loads()["e3"]
    for move in change.moves:
        assert set(move.before) - set(move.after) == {"e3"}


def test_work_begun_stays_though_another_then_finds_no_place():
    barred = (Conflict(level=ConflictLevel.CODE, ref="A1-2"),)
    staff = [expert("wide", "B", 1), expert("narrow", "B", 1, conflicts=barred)]
    question = problem(scripts("A1", 2), staff)
    plan = plan_of({"A1-1": ("wide",)})
    free = resolve(question, plan, dropped=[], begun=[], seed=0)
    assert isinstance(free.outcome, Plan)
    held = resolve(question, plan, dropped=[], begun=[("A1-1", "wide")], seed=0)
    assert isinstance(held.outcome, Partial)
    assert held.moves == ()
    assert "начатые работы" in str(held.outcome.shortages[-1].sentence)


def test_work_begun_moves_when_its_expert_leaves_or_may_not_score_it_any_more():
    staff = [expert("e", "B"), expert("f", "B")]
    question = problem(scripts("A1", 2), staff)
    plan = plan_of({"A1-1": ("e",), "A1-2": ("f",)})
    gone = resolve(question, plan, dropped=["e"], begun=[("A1-1", "e")], seed=0)
    assert [move.code for move in gone.moves] == ["A1-1"]
    late = (Conflict(level=ConflictLevel.CODE, ref="A1-1"),)
    now = replace(question, experts=(replace(staff[0], conflicts=late), staff[1]))
    moved = resolve(now, plan, dropped=[], begun=[("A1-1", "e")], seed=0)
    assert [move.after for move in moved.moves] == [("f",)]


def test_late_scripts_join_without_moving_the_others():
    staff = [expert("e", "B", 5), expert("f", "C", 5)]
    plan = plan_in(solve(problem(scripts("A1", 4), staff), seed=0))
    change = resolve(problem(scripts("A1", 7), staff), plan, dropped=[], begun=[], seed=0)
    assert [move.code for move in change.moves] == ["A1-5", "A1-6", "A1-7"]
    assert all(move.before == () for move in change.moves)


def test_change_that_is_infeasible_moves_nothing():
    question = problem(scripts("A1", 2), [expert("e", "B"), expert("f", "C", min_load=1)])
    tight = replace(question, experts=(*question.experts, expert("g", "B", min_load=2)))
    change = resolve(tight, plan_of({}), dropped=[], begun=[], seed=0)
    assert isinstance(change.outcome, Infeasible)
    assert change.moves == ()


def test_works_begun_on_random_problems_stay_where_rules_allow():
    for seed in range(300):
        question = replace(random_problem(seed, routed=seed % 2 == 0), previous=())
        first = solve(question, seed=seed)
        if isinstance(first, Infeasible):
            continue
        plan = plan_in(first)
        begun = {(row.code, row.experts[0]) for row in plan.assignments[::2] if row.experts}
        change = resolve(question, plan, dropped=[], begun=begun, seed=seed + 1)
        assert change.moves == (), seed
        assert not verify(question, plan_in(change.outcome))
        wider = replace(question, scripts=(*question.scripts, *_more(question)))
        late = resolve(wider, plan, dropped=[], begun=begun, seed=seed + 1).outcome
        for outcome in (change.outcome, late):
            if isinstance(outcome, Infeasible):
                continue
            rows = {row.code: row.experts for row in plan_in(outcome).assignments}
            assert all(name in rows[code] for code, name in begun), seed


def _more(question: Problem) -> list[Script]:
    """Late scripts like those that are there, which want the same experts."""
    return [replace(script, code=f"late-{script.code}") for script in question.scripts]
