"""Inflating schools: found by their results, by a recheck, confirmed; and clean ones left alone."""

from __future__ import annotations

import time
from functools import partial

from app.cli.bench_fairness.line import Line, at_least, at_most
from app.cli.bench_fairness.made_up import (
    FIRST_SEED,
    made,
    over_seeds,
    rechecked,
    share,
    totals_of,
)
from scoring.fairness.recheck_evidence import FEWEST_RECHECKED
from scoring.fairness.screening import SMALL, ExamResults, SchoolFinding, Tier, screen
from scoring.fairness.sentence import Few
from scoring.fairness.simulated_pupils import Recipe

SEEDS, QUICK_SEEDS = 40, 4
CONFIRMING_SCHOOLS = 12
Found = list[tuple[str, int, Tier]]
"""Of each school: what it does, its works, its tier."""


def run(*, quick: bool) -> list[Line]:
    """Every line about schools."""
    count = QUICK_SEEDS if quick else SEEDS
    plain = _all(Recipe(), "none", count)
    full = _all(Recipe(), "all", count)
    weak = _all(Recipe(lifting=0.4), "all", count)
    some = _all(Recipe(), "some", count)
    clean = _all(Recipe(clean=True), "some", count)
    signal, confirmed = {Tier.SIGNAL, Tier.CONFIRMED}, {Tier.CONFIRMED}
    return [
        at_least("schools: boundary kind, by results alone", _rate(plain, "boundary", signal), 0.9),
        at_most("  clean ones", _rate(plain, "", signal), 0.05),
        at_least("schools: all, 25 works rechecked", _rate(full, "b", signal), 0.9),
        at_most("  clean ones", _rate(full, "", signal), 0.05),
        at_least("schools: weak lifting, 25 works rechecked", _rate(weak, "b", signal), 0.6),
        at_most("  clean ones", _rate(weak, "", signal), 0.05),
        at_least("schools: confirmed, 12 rechecked", _rate(some, "b", confirmed), 0.75),
        at_most("  clean ones", _rate(some, "", confirmed), 0.01),
        at_most("clean municipality: confirmed", _count(clean, confirmed) / count, 0.5),
        at_most("clean municipality: signals", _count(clean, signal) / count, 0.5),
        at_most("small schools flagged oftener by", _small(plain + full, signal), 0.03),
        *_speed(quick=quick),
    ]


def _all(recipe: Recipe, which: str, count: int) -> Found:
    found = over_seeds(partial(one, recipe, which), count)
    return [each for municipality in found for each in municipality]


def one(recipe: Recipe, which: str, seed: int) -> Found:
    """One municipality: none, all or the twelve foremost schools are rechecked."""
    pupils, readings = made(recipe, seed)
    totals = totals_of(pupils, pupils.school_points.sum(axis=1))
    exam = ExamResults(totals=totals)
    if which != "all":
        findings = _screened(exam, seed)
        order = sorted(findings, key=lambda each: -each.statistic)[:CONFIRMING_SCHOOLS]
        schools = [each.school for each in order]
    else:
        schools = [at for at, size in enumerate(totals.sizes) if size >= FEWEST_RECHECKED]
    if which != "none":
        read = rechecked(totals, readings, schools, seed)
        findings = _screened(ExamResults(totals=totals, rechecked=read), seed)
    return [(pupils.kinds.get(each.school, ""), each.n, each.tier) for each in findings]


def _screened(exam: ExamResults, seed: int) -> tuple[SchoolFinding, ...]:
    found = screen([exam], seed=seed)[0]
    return () if isinstance(found, Few) else found


def _rate(found: Found, kind: str, tiers: set[Tier]) -> float:
    """Share flagged among clean schools (no kind) or those whose kind begins so."""
    return share(
        [tier in tiers for of, _, tier in found if (of.startswith(kind) if kind else not of)]
    )


def _count(found: Found, tiers: set[Tier]) -> int:
    return sum(tier in tiers for kind, _, tier in found if not kind)


def _small(found: Found, tiers: set[Tier]) -> float:
    small = [tier in tiers for kind, n, tier in found if not kind and n < SMALL]
    others = [tier in tiers for kind, n, tier in found if not kind and n >= SMALL]
    return share(small) - share(others)


def _speed(*, quick: bool) -> list[Line]:
    lines = []
    for schools, bar in ((30, 10.0),) if quick else ((30, 10.0), (460, 120.0)):
        pupils, _ = made(Recipe(schools=schools), FIRST_SEED)
        totals = totals_of(pupils, pupils.school_points.sum(axis=1))
        start = time.perf_counter()
        screen([ExamResults(totals=totals)], seed=1)
        seconds = time.perf_counter() - start
        lines.append(at_most(f"screening of {len(totals.total)} scripts, seconds", seconds, bar))
    return lines
