"""A6: coefficients of agreement against printed tables, and where they are not defined."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.fairness.agreement import Agreement, agreement
from scoring.fairness.coefficients import weighted_kappa
from scoring.fairness.discoveries import adjusted_p, discoveries
from scoring.fairness.icc import Icc
from scoring.fairness.ratings import RatingsError, ratings_of

TABLES = json.loads((Path(__file__).parents[3] / "data/fairness/tables.json").read_text())


def measured(units: list[list[int | None]], *, maximum: int | None = None) -> Agreement:
    cells = [
        (f"s{unit}", f"r{rater}", value)
        for unit, row in enumerate(units)
        for rater, value in enumerate(row)
        if value is not None
    ]
    ratings = ratings_of(
        scripts=[cell[0] for cell in cells],
        raters=[cell[1] for cell in cells],
        tasks=["1"] * len(cells),
        points=[cell[2] for cell in cells],
        maxima={} if maximum is None else {"1": maximum},
    )
    return agreement(ratings, seed=3, resamples=200)[0]


def value_of(found: Agreement, name: str) -> float:
    value = found.figures[name].value
    assert value is not None
    return value


def test_krippendorffs_canonical_table_is_met():
    found = measured(TABLES["krippendorff"]["units"])
    printed = TABLES["krippendorff"]["published"]
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        assert value_of(found, f"alpha_{metric}") == pytest.approx(
            printed[f"alpha_{metric}"], abs=1e-3
        )


def test_gwets_figures_of_the_same_table_are_met():
    found = measured(TABLES["krippendorff"]["units"])
    printed = TABLES["krippendorff"]["published"]["irrCAC_unweighted"]
    assert value_of(found, "exact") == pytest.approx(printed["percent"], abs=1e-5)
    assert value_of(found, "ac1") == pytest.approx(printed["AC1"], abs=1e-5)
    assert value_of(found, "kappa_nominal") == pytest.approx(printed["fleiss"], abs=1e-5)
    assert found.conger == pytest.approx(printed["conger"], abs=1e-5)
    assert found.ac_errors["ac1"] == pytest.approx(printed["AC1_se"], abs=1e-5)


def test_shrout_and_fleiss_six_correlations_are_met():
    found = measured(TABLES["shrout_fleiss"]["rows"]).icc
    assert isinstance(found, Icc)
    for name, printed in TABLES["shrout_fleiss"]["six_places"].items():
        assert getattr(found, name.lower()) == pytest.approx(printed, abs=1e-5)


@pytest.mark.parametrize("case", TABLES["quadratic_kappa"])
def test_quadratic_kappa_of_two_raters(case):
    found = measured(list(map(list, zip(case["a"], case["b"], strict=True))), maximum=4)
    assert found.kappa_of == "two_raters"
    assert value_of(found, "kappa_quadratic") == pytest.approx(case["qwk"], abs=1e-9)


def test_cohens_weights_of_1968_are_met():
    table = TABLES["cohen"]
    counts = np.array(table["shares"])[None] * table["n"]
    weight = 1 - np.array(table["disagreement"]) / 6
    assert weighted_kappa(counts, weight)[0] == pytest.approx(
        table["published"]["weighted"], abs=1e-3
    )
    assert weighted_kappa(counts, np.eye(3))[0] == pytest.approx(
        table["published"]["kappa"], abs=1e-3
    )


def test_categories_that_nobody_gave_keep_their_distance():
    # 0 and 3 of 0..3: were 1 and 2 dropped, one point of difference would be the whole scale.
    near = measured([[0, 0], [3, 3], [0, 1], [3, 2]] * 5, maximum=3)
    far = measured([[0, 0], [3, 3], [0, 3], [3, 0]] * 5, maximum=3)
    assert value_of(near, "kappa_quadratic") > 0.8
    assert value_of(far, "kappa_quadratic") == pytest.approx(0)


def test_interval_holds_the_value_and_shrinks_with_n():
    rng = np.random.default_rng(5)
    small, large = (rng.integers(0, 3, (n, 1)) + [[0, 1]] * n for n in (60, 600))
    few, many = (measured(table.tolist(), maximum=4).figures["ac2"] for table in (small, large))
    for figure in (few, many):
        assert figure.low <= figure.value <= figure.high
    assert many.high - many.low < few.high - few.low


def test_equal_points_have_no_kappa_and_a_sentence():
    found = measured([[2, 2]] * 60, maximum=3)
    assert found.figures["kappa_quadratic"].value is None
    assert value_of(found, "exact") == 1
    assert "одинаковы" in str(found.told)


def test_no_double_readings_give_a_sentence():
    found = measured([[2, None], [1, None]])
    assert (found.scripts, found.figures) == (0, {})
    assert "Нет работ" in str(found.told)


def test_fewer_than_fifty_scripts_are_few():
    assert measured([[1, 2], [2, 2]] * 24 + [[1, 1]]).enough is not None
    assert measured([[1, 2], [2, 2]] * 25).enough is None


def test_a_second_reading_by_the_same_rater_is_left_out_and_counted():
    ratings = ratings_of(
        scripts=["s"] * 3, raters=["a", "a", "b"], tasks=["1"] * 3, points=[1, 3, 1]
    )
    found = agreement(ratings, seed=1, resamples=100)[0]
    assert found.repeated == 1
    assert value_of(found, "exact") == 1


def test_totals_are_of_readings_that_have_every_task():
    ratings = ratings_of(
        scripts=["s", "s", "s", "s", "t", "t", "t"],
        raters=["a", "a", "b", "b", "a", "a", "b"],
        tasks=["1", "2", "1", "2", "1", "2", "1"],
        points=[1, 1, 1, 0, 1, 1, 1],
    )
    total = agreement(ratings, seed=1, resamples=100)[-1]
    assert (total.task, total.scripts) == ("total", 1)


def test_points_above_the_maximum_are_refused_with_their_row():
    with pytest.raises(RatingsError) as refused:
        ratings_of(
            scripts=["s", "s"], raters=["a", "b"], tasks=["1", "1"], points=[1, 4], maxima={"1": 3}
        )
    assert refused.value.row == 1


def test_benjamini_and_hochbergs_fifteen_tests():
    table = TABLES["benjamini_hochberg"]
    assert sum(discoveries(table["p"], rate=0.05)) == table["published"]["bh_rejections_at_05"]
    assert adjusted_p([]) == ()
