"""A7-A9: levels, windows at boundaries, and which schools are named."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.fairness.intercept import InterceptError, fit_intercept
from scoring.fairness.recheck_evidence import Rechecked, RecheckError, choose_works
from scoring.fairness.school_sentences import told
from scoring.fairness.screening import (
    ExamResults,
    Figure,
    SchoolFinding,
    Tier,
    judged,
    screen,
)
from scoring.fairness.sentence import Few, few
from scoring.fairness.simulated_experts import LIVE, draw_readings
from scoring.fairness.simulated_pupils import (
    BOUNDARIES,
    Pupils,
    Recipe,
    SimulationError,
    draw_pupils,
)
from scoring.fairness.spike import find_spikes
from scoring.fairness.totals import Totals, TotalsError


def totals(pupils: Pupils) -> Totals:
    return Totals(
        school=pupils.school,
        total=pupils.school_points.sum(axis=1),
        journal=pupils.journal.astype(float),
        boundaries=BOUNDARIES,
        most=22,
    )


def balanced(groups: int = 6, size: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(groups), size)
    return rng.normal(0, 2, groups)[school] + rng.normal(0, 1, groups * size), school


def test_the_restricted_fit_of_a_balanced_design_is_the_analysis_of_variance():
    values, school = balanced()
    fit = fit_intercept(values, np.ones((len(values), 1)), school, restricted=True)
    means = values.reshape(6, 5).mean(axis=1)
    within = ((values.reshape(6, 5) - means[:, None]) ** 2).sum() / (6 * 4)
    between = means.var(ddof=1) - within / 5
    assert fit.within == pytest.approx(within, abs=1e-4)
    assert fit.between == pytest.approx(between, abs=1e-3)
    assert fit.beta[0] == pytest.approx(values.mean(), abs=1e-9)


def test_schools_that_differ_less_than_chance_have_no_variance():
    values = np.tile([1.0, 2.0, 3.0], 4)
    fit = fit_intercept(values, np.ones((12, 1)), np.repeat(np.arange(4), 3))
    assert fit.between == 0


def test_one_school_and_equal_results_are_refused_with_a_sentence():
    with pytest.raises(InterceptError, match="две школы"):
        fit_intercept(np.arange(4.0), np.ones((4, 1)), np.zeros(4, dtype=np.int64))
    with pytest.raises(InterceptError, match="одинаковы"):
        fit_intercept(np.ones(8), np.ones((8, 1)), np.repeat(np.arange(2), 4))


def test_eleven_just_below_a_boundary_and_none_on_it_is_no_spike():
    total = np.array([11] * 11 + [6, 8, 9, 13, 14, 15, 16] * 6)
    school = np.zeros(len(total), dtype=np.int64)
    spikes = find_spikes(total, np.full(len(total), 12.0), 3.5, school, 1, (12,))
    assert spikes.z[0] < 0


def test_works_heaped_on_a_boundary_are_a_spike():
    total = np.array([12] * 20 + [10, 11, 13] * 4)
    school = np.zeros(len(total), dtype=np.int64)
    spikes = find_spikes(total, np.full(len(total), 12.0), 3.5, school, 1, (12,))
    assert spikes.z[0] > 3
    assert spikes.expected[0].sum() == pytest.approx(spikes.observed[0].sum())


def test_a_recheck_chooses_works_at_boundaries_and_others_at_random():
    results = totals(draw_pupils(Recipe(), np.random.default_rng(3)))
    school = int(np.argmax(results.sizes))
    chosen = choose_works(results, school, seed=1)
    assert len(chosen) == 25
    assert set(results.school[chosen]) == {school}
    assert np.isin(results.total[chosen], BOUNDARIES).sum() >= 10
    assert (choose_works(results, school, seed=1) == chosen).all()


@pytest.fixture(scope="module")
def municipality() -> tuple[Pupils, Totals, Rechecked]:
    rng = np.random.default_rng(11)
    pupils = draw_pupils(Recipe(), rng)
    readings = draw_readings(pupils, Recipe(), rng)
    results = totals(pupils)
    live = np.flatnonzero(readings.kind == LIVE)
    rows = live[np.argsort(readings.work[live])]
    works = np.concatenate(
        [choose_works(results, at, seed=1) for at in np.flatnonzero(results.sizes >= 10)]
    )
    read = readings.points[rows].sum(axis=1)[works].astype(float)
    return pupils, results, Rechecked(work=works, total=read, member=readings.expert[rows][works])


def test_inflating_schools_are_named_and_most_clean_ones_are_not(municipality):
    pupils, results, rechecked = municipality
    found = screen([ExamResults(totals=results, rechecked=rechecked)], seed=1)[0]
    assert not isinstance(found, Few)
    named = {one.school for one in found if one.tier in {Tier.SIGNAL, Tier.CONFIRMED}}
    assert len(named & set(pupils.kinds)) >= 4
    assert len(named - set(pupils.kinds)) <= 2
    assert any(one.tier is Tier.CONFIRMED for one in found)


def test_without_a_recheck_nothing_is_confirmed(municipality):
    results = municipality[1]
    found = screen([ExamResults(totals=results)], seed=1)[0]
    assert not isinstance(found, Few)
    assert all(one.tier is not Tier.CONFIRMED for one in found)
    assert all(isinstance(one.recheck, Few) for one in found)


def test_the_same_results_and_seed_give_the_same_figures(municipality):
    exam = [ExamResults(totals=municipality[1])]
    assert screen(exam, seed=5) == screen(exam, seed=5)


def test_small_schools_get_no_colour_and_sentences_hold_n(municipality):
    found = screen([ExamResults(totals=municipality[1])], seed=1)[0]
    assert not isinstance(found, Few)
    for one in found:
        lines = [str(line) for line in told(one, 3)]
        assert (one.tier is Tier.FEW) == (one.n < 10)
        assert "наруш" not in " ".join(lines).replace("не вывод о нарушении", "")
        if isinstance(one.level, Figure):
            assert any(f"работ: {one.n}" in line for line in lines)


def test_few_schools_are_told_and_not_screened():
    results = totals(draw_pupils(Recipe(schools=3), np.random.default_rng(1)))
    found = screen([ExamResults(totals=results)], seed=1)[0]
    assert isinstance(found, Few)


def test_results_without_journal_marks_are_screened_by_points_alone(municipality):
    results = municipality[1]
    blind = Totals(
        school=results.school,
        total=results.total,
        journal=np.full(len(results.total), np.nan),
        boundaries=BOUNDARIES,
        most=22,
    )
    found = screen([ExamResults(totals=blind)], seed=1)[0]
    assert not isinstance(found, Few)
    assert all(np.isfinite(one.statistic) for one in found)


def test_values_that_cannot_be_are_refused():
    whole = np.zeros(2, dtype=np.int64)
    marks = np.zeros(2)
    with pytest.raises(TotalsError, match="вне границ"):
        Totals(school=whole, total=whole + 9, journal=marks, boundaries=(3,), most=5)
    with pytest.raises(TotalsError, match="возрастать"):
        Totals(school=whole, total=whole, journal=marks, boundaries=(3, 2), most=5)
    with pytest.raises(TotalsError, match="У каждой работы"):
        Totals(school=whole[:1], total=whole, journal=marks, boundaries=(3,), most=5)
    with pytest.raises(RecheckError):
        Rechecked(work=whole, total=marks[:1], member=whole)
    with pytest.raises(SimulationError):
        Recipe(schools=0)
    with pytest.raises(SimulationError):
        Recipe(drift="sideways")


def _signal(p_value: float, lifted: float | None) -> SchoolFinding:
    nothing = few(0, 10)
    return SchoolFinding(
        school=0,
        n=40,
        spike=nothing,
        windows=(),
        level=nothing,
        shrunk=0.0,
        level_p=None,
        recheck=nothing,
        lifted=lifted,
        statistic=9.0,
        p_value=p_value,
        adjusted=None,
        tier=Tier.FEW,
    )


@pytest.mark.parametrize(
    ("rate", "lifted", "tier"),
    [
        (0.01, 0.1, Tier.CONFIRMED),
        (0.01, -0.1, Tier.SIGNAL),
        (0.01, None, Tier.SIGNAL),
        (0.06, 0.9, Tier.SIGNAL),
        (0.06, 1.1, Tier.CONFIRMED),
        (0.2, 5.0, Tier.NONE),
    ],
)
def test_a_strong_signal_must_not_be_contradicted_and_a_weak_one_must_be_borne_out(
    rate: float, lifted: float | None, tier: Tier
) -> None:
    assert judged(_signal(rate, lifted), rate).tier is tier
