"""Planning's smaller parts: the last day, the marked cells, the picture, the names in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from app.bridge.forecast import forecast
from app.bridge.names import Names, sentence_of
from app.bridge.options import PlanOptions
from app.models import PlanStatus, Scheme
from app.queries.plans import SchemeColumn
from app.queries.plans.loads import draw_loads
from app.queries.plans.routes import draw_routes
from app.services.planning.solving import Row, laid_out
from app.web.plans.comparison import side_by_side
from assignment import Assignment, Refs, Sentence

FRIDAY = date(2026, 4, 24)


def measures(**given: Any) -> Mapping[str, Any]:
    day = {"early": "2026-04-27", "likely": "2026-04-27", "late": "2026-04-28"}
    return {
        "placed": 10,
        "places": 10,
        "deficiency": 0,
        "load_min": 1,
        "load_max": 2,
        "load_spread": 1,
        "fairness": 2.5,
        "fairness_gap": 0.0,
        "minutes_max": 60.0,
        "own_school": 0,
        "own_class": 0,
        "external": 0,
        "conflicts_avoided": 3,
        "school_pairs": 4,
        "mutual_pairs": 0,
        "finish": day,
    } | given


def column(scheme: Scheme, status: PlanStatus = PlanStatus.OK, **given: Any) -> SchemeColumn:
    return SchemeColumn(
        plan_id=uuid4(),
        scheme=scheme,
        status=status,
        metrics=measures(**given),
        shortages=(),
        options=PlanOptions().as_json(),
        created_at=datetime(2026, 4, 21, tzinfo=UTC),
        loads=draw_loads([1, 2], top=2),
    )


def test_more_scripts_end_later_and_never_on_a_weekend() -> None:
    few, many = forecast({"a": 2}, starts_on=FRIDAY), forecast({"a": 40}, starts_on=FRIDAY)
    assert few.early == date(2026, 4, 27)
    assert few.late < many.early <= many.likely <= many.late
    assert many.late.weekday() < 5


def test_the_same_loads_end_on_the_same_day() -> None:
    one = forecast({"a": 30, "b": 10}, starts_on=FRIDAY)
    assert one == forecast({"b": 30, "a": 10}, starts_on=FRIDAY)


def test_nothing_to_score_ends_at_once() -> None:
    assert forecast({}, starts_on=FRIDAY).late == FRIDAY


def test_the_worst_scheme_of_a_row_is_marked_and_equal_ones_are_not() -> None:
    rows = side_by_side(
        [column(Scheme.IN_SCHOOL, deficiency=2, placed=8), column(Scheme.MUNICIPAL)]
    )
    assert [cell.worst for cell in rows[0].cells] == [True, False]
    assert not any(cell.worst for row in rows[1:] for cell in row.cells)


def test_a_scheme_that_cannot_be_tells_only_that_nothing_is_placed() -> None:
    rows = side_by_side(
        [column(Scheme.IN_SCHOOL, PlanStatus.INFEASIBLE, placed=0), column(Scheme.MUNICIPAL)]
    )
    assert rows[0].cells[0].text != "–"
    assert {row.cells[0].text for row in rows[1:]} == {"–"}


def test_two_schools_that_score_each_other_have_two_arrows_apart() -> None:
    picture = draw_routes([("А", "Б", 4), ("Б", "А", 2)])
    assert {(node.name, node.sends, node.receives) for node in picture.nodes} == {
        ("А", 4, 2),
        ("Б", 2, 4),
    }
    first, second = picture.arrows
    assert first.width > second.width
    assert first.path != second.path


def test_keys_in_a_sentence_become_names_even_deep_inside() -> None:
    names = Names(by_key={"e1": "Орлова", "c1": "4А"})
    inner = Sentence(text="учит %(classes)s", params={"classes": Refs(ids=("c1",))})
    told = names.told(
        Sentence(
            text="%(expert)s: %(why)s (%(count)s)",
            params={"expert": "e1", "why": (inner,), "count": 2},
        )
    )
    assert sentence_of(told, str) == "Орлова: учит 4А (2)"


def test_a_long_list_of_names_is_cut_short() -> None:
    names = Names(by_key={})
    keys = tuple(str(number) for number in range(10))
    told = names.told(Sentence(text="%(all)s", params={"all": Refs(ids=keys)}))
    assert sentence_of(told, str).endswith("7 (+2)")


def test_who_stands_keeps_his_place_when_a_script_is_laid_out_anew() -> None:
    script, stays, comes = UUID(int=1), UUID(int=2), UUID(int=3)
    rows = laid_out(
        [Assignment(code=str(script), experts=(str(comes), str(stays)))],
        places={script: (1, 2)},
        standing={(script, stays): 1},
    )
    assert Row(script_id=script, position=1, expert_id=stays) in rows
    assert Row(script_id=script, position=2, expert_id=comes) in rows


def test_loads_are_drawn_from_the_largest_to_the_least_in_one_scale() -> None:
    picture = draw_loads([2, 0, 4], top=8)
    assert [bar.load for bar in picture.bars] == [4, 2, 0]
    assert [bar.height for bar in picture.bars] == [65.0, 32.5, 0.0]
    assert all(bar.y + bar.height == 130 for bar in picture.bars)
    assert (picture.mean, picture.mean_y, picture.experts) == (2.0, 97.5, 3)


def test_ranges_of_loads_count_every_expert_once() -> None:
    loads = list(range(100))
    picture = draw_loads(loads, top=99)
    assert sum(row.experts for row in picture.rows) == 100
    assert len(picture.rows) <= 6
    assert len(picture.bars) == 60
    assert draw_loads([], top=0).rows == ()


def test_a_gap_of_fairness_is_told_in_percent_of_the_measure() -> None:
    rows = side_by_side(
        [
            column(Scheme.IN_SCHOOL),
            column(Scheme.CROSS_SCHOOL, fairness_gap=0.5, fairness=10.0),
            column(Scheme.MUNICIPAL, fairness_gap=None),
        ]
    )
    told = next(row for row in rows if str(row.label) == "Ровность нагрузки")
    assert [cell.text for cell in told.cells] == [
        "ровнее нельзя",
        "до лучшего не больше 5.0 %",
        "не проверено",
    ]
