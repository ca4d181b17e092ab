"""The verifier finds every broken rule by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment import Certificate, Reciprocity, RoutingMode, Scheme, proved_shortage, verify
from tests.unit.assignment.oracle import plan_of
from tests.unit.assignment.small import expert, problem, scripts

STAFF = [expert("a", "A"), expert("b", "B", 1), expert("c", "C", min_load=1), expert("d", "C")]


@pytest.mark.parametrize(
    ("rows", "rules", "kinds"),
    [
        ({"A1-1": ("b",), "B1-1": ("c",)}, {}, []),
        ({"A1-1": ("a",), "B1-1": ("c",)}, {}, ["own_school"]),
        ({"A1-1": ("b", "c")}, {}, ["too_many"]),
        ({"A1-1": ("c", "c")}, {"k": 2}, ["same_expert"]),
        ({"A1-1": ("c", "d")}, {"k": 2, "distinct_schools": True}, ["same_school"]),
        ({"A1-1": ("c", "b")}, {"k": 2, "distinct_schools": True}, []),
        (
            {"A1-1": ("nobody",), "B1-1": ("c",)},
            {"distinct_schools": True},
            ["unknown_expert"],
        ),
        ({"A1-1": ("b",), "B1-1": ("c",)}, {"min_experience_years": 9_000}, ["experience"] * 2),
        ({"A1-1": ("c",), "nobody": ("c",)}, {}, ["unknown_script"]),
        ({"A1-1": ("c",), "B1-1": ("nobody",)}, {}, ["unknown_expert"]),
        ({"A1-1": ("b",), "A1-2": ("b",), "B1-1": ("c",)}, {}, ["capacity"]),
        ({"A1-1": ("b",)}, {}, ["min_load"]),
        (
            {"A1-1": ("b",), "B1-1": ("a",), "A1-2": ("c",)},
            {"reciprocity": Reciprocity.FORBID},
            ["mutual"],
        ),
        ({"A1-1": ("b",), "A1-2": ("c",)}, {"routing": RoutingMode.WHOLE}, ["whole"]),
        ({"A1-1": ("c",)}, {"allow_external": False, "outside": ["C"]}, ["external"]),
    ],
)
def test_broken_rule_is_named(rows, rules, kinds):
    work = [*scripts("A1", 2), *scripts("B1", 1)]
    question = problem(work, STAFF, **{"scheme": Scheme.CROSS_SCHOOL, **rules})
    found = verify(question, plan_of(rows))
    assert [row.kind for row in found] == kinds
    assert all(str(row.sentence) for row in found)


def test_script_in_the_plan_twice_is_named():
    question = problem(scripts("A1", 1), [expert("b", "B")])
    plan = plan_of({"A1-1": ("b",)})
    twice = replace(plan, assignments=plan.assignments * 2)
    assert [row.kind for row in verify(question, twice)] == ["twice"]


def test_dropped_expert_is_named_and_owes_no_minimum():
    question = problem(scripts("A1", 1), [expert("b", "B", min_load=1)])
    gone = replace(question, dropped=frozenset({"b"}))
    assert [row.kind for row in verify(gone, plan_of({"A1-1": ("b",)}))] == ["dropped"]
    assert verify(gone, plan_of({"A1-1": ()})) == ()


def test_in_school_script_that_leaves_its_school_is_named():
    question = problem(scripts("A1", 1), [expert("b", "B")], scheme=Scheme.IN_SCHOOL)
    assert [row.kind for row in verify(question, plan_of({"A1-1": ("b",)}))] == ["leaves_school"]


def test_certificate_proves_nothing_where_nothing_is_short():
    question = problem(scripts("A1", 2), [expert("b", "B", 5)])
    empty = Certificate(scripts=("A1-1", "A1-2", "nobody"), experts=(), shortage=0)
    assert proved_shortage(question, empty) == 0
    assert proved_shortage(question, replace(empty, experts=("b",))) == -3
