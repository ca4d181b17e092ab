"""Whatever small table comes, figures are numbers or nothing, and sentences are there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.cli.stats.report import plain
from scoring.fairness.agreement import agreement
from scoring.fairness.generalizability import generalizability
from scoring.fairness.halo import habits
from scoring.fairness.ratings import Ratings, ratings_of
from scoring.fairness.severity import severities


def small_table(seed: int) -> Ratings:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    most = int(rng.integers(0, 4))

    def names(below: int) -> list[str]:
        return [str(one) for one in rng.integers(below, size=count)]

    return ratings_of(
        scripts=names(7),
        raters=names(int(rng.integers(1, 5))),
        tasks=names(3),
        points=rng.integers(0, most + 1, size=count).tolist(),
        maxima=dict.fromkeys("012", most + int(rng.integers(0, 2))) if seed % 2 else None,
    )


@pytest.mark.parametrize("part", range(4))
def test_no_small_table_breaks_a_figure(part: int) -> None:
    for seed in range(part * 25, part * 25 + 25):
        ratings = small_table(seed)
        answers = [
            agreement(ratings, seed=1, resamples=100),
            severities(ratings),
            habits(ratings),
            generalizability(ratings),
        ]
        # Not a number would be refused here, and a warning is an error in these tests.
        json.dumps([plain(one) for one in answers], allow_nan=False)
