"""Written short answers that agree too often within one class (A11).

Two pupils who write the same rare wrong answer agree by chance seldom, and a class that does so
over and over is looked at. Every answer in common counts by how rare it is, so that a popular
right one tells little. A class is held against groups of pupils of equal totals from other
classes, drawn many times: who errs seldom shares few errors, who errs often shares many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.errors import ScoringError
from scoring.fairness.sentence import Few, few
from scoring.fairness.totals import Floats, Ints

FEWEST_PUPILS = 10
STANDS_OUT = 4.0
GROUPS = 300
BLANK = -1


class AlikeError(ScoringError):
    """Answers that cannot be compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """How much the answers of a class agree.

    Attributes:
        klass: The class.
        n: Pupils.
        common: Mean information of the answers that two of its pupils share.
        expected: The same in groups of pupils of equal totals elsewhere.
        z: The difference in standard deviations of those groups.
        stands_out: Whether it is above 4.
    """

    klass: int
    n: int
    common: float
    expected: float
    z: float
    stands_out: bool


def find_alike(
    answers: Ints, total: Ints, klass: Ints, *, seed: int
) -> tuple[tuple[int, Alike | Few], ...]:
    """Every class with how alike its answers are.

    Args:
        answers: (N, A) answer of each pupil to each task, any whole numbers; -1 blank.
        total: (N,) totals by which pupils elsewhere are matched.
        klass: (N,) class of each pupil.
        seed: Of the groups drawn elsewhere.

    Raises:
        AlikeError: The lengths differ.
    """
    if not len(answers) == len(total) == len(klass):
        raise AlikeError("У каждого участника нужны ответы, балл и класс")
    codes, weights = _information(answers)
    shared = _shared(codes, weights)
    return tuple(
        (int(each), _one(int(each), shared, total, klass, np.random.default_rng((seed, int(each)))))
        for each in np.unique(klass)
    )


def _information(answers: Ints) -> tuple[Ints, Floats]:
    """Columns of "gave this answer", and what sharing it tells: minus log of its share."""
    columns, weights = [], []
    for task in answers.T:
        for code in np.unique(task[task != BLANK]):
            gave = task == code
            columns.append(gave)
            weights.append(-np.log(gave.sum() / max(1, (task != BLANK).sum())))
    if not columns:
        return np.zeros((len(answers), 0), dtype=np.int64), np.zeros(0)
    return np.stack(columns, axis=1).astype(np.int64), np.array(weights)


def _shared(codes: Ints, weights: Floats) -> Floats:
    """(N, N) information of the answers that two pupils share."""
    marked = codes * np.sqrt(weights)
    shared: Floats = (marked @ marked.T).astype(np.float64)
    np.fill_diagonal(shared, 0.0)
    return shared


def _one(
    number: int, shared: Floats, total: Ints, klass: Ints, rng: np.random.Generator
) -> Alike | Few:
    own = np.flatnonzero(klass == number)
    others = np.flatnonzero(klass != number)
    if len(own) < FEWEST_PUPILS:
        return few(len(own), FEWEST_PUPILS)
    if len(others) < 2 * len(own):
        return few(len(others), 2 * len(own))
    common = float(_means_of_pairs(shared, own[None, :])[0])
    drawn = _means_of_pairs(shared, _equal_groups(total[own], total, others, rng))
    spread = float(drawn.std(ddof=1))
    z = (common - float(drawn.mean())) / spread if spread > 0 else 0.0
    return Alike(
        klass=number,
        n=len(own),
        common=common,
        expected=float(drawn.mean()),
        z=z,
        stands_out=z > STANDS_OUT,
    )


def _means_of_pairs(shared: Floats, groups: Ints) -> Floats:
    """(G,) mean information that two members of each group share; groups are (G, n)."""
    n = groups.shape[1]
    found: Floats = shared[groups[:, :, None], groups[:, None, :]].sum(axis=(1, 2)) / (n * (n - 1))
    return found


def _equal_groups(wanted: Ints, total: Ints, others: Ints, rng: np.random.Generator) -> Ints:
    """(G, n) pupils elsewhere of equal totals, or nearly, where those are too few."""
    columns = []
    for count, needed in zip(*np.unique(wanted, return_counts=True), strict=True):
        gap = np.abs(total[others] - count)
        within = np.sort(gap)[2 * needed - 1]
        near = others[gap <= within]
        order = np.argsort(rng.random((GROUPS, len(near))), axis=1)
        columns.append(near[order[:, :needed]])
    return np.concatenate(columns, axis=1)
