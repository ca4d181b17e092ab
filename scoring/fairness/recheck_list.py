"""Which works to read again: those whose mark most probably changes (A10).

What a work is worth is guessed from the points given (less what its expert takes or adds), and
from the journal mark; the mark that a second, agreed reading would give follows. The chance is
shown, a part of the budget goes to works at random so that the chance can be checked, and no
formula changes anybody's points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from scoring.errors import ScoringError
from scoring.fairness.offsets import Offsets
from scoring.fairness.totals import Floats, Ints, Totals

AT_RANDOM = 0.1
CAP_SHARE = 0.25
"""At most this share of the budget goes to one school, and to one expert, by chance of change."""
_FEWEST_BY_MARK = 20
_LEVEL, _SLOPE = -0.28, 0.77
"""Readings err less evenly than the normal law: experts drift, and nobody gives more than the
maximum of a task. Beside simulated truths the plain odds of a change are overtold, and these two
numbers bring them to what was seen (decision 0421)."""


class BudgetError(ScoringError):
    """A budget that no list can be made for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A work on the commission's list.

    Attributes:
        work: Its place among the totals.
        chance: Probability that its mark changes.
        why: "dispute", "chance" or "random".
    """

    work: int
    chance: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckList:
    """What the commission reads.

    Attributes:
        works: In the order of reading: disputes, the most probable changes, those at random.
        expected: Changed marks expected among them.
        expected_at_random: The same, if as many works were drawn at random.
        chance: (N,) probability for every work.
    """

    works: tuple[Listed, ...]
    expected: float
    expected_at_random: float
    chance: Floats


def chances_of_change(totals: Totals, expert: Ints, offsets: Offsets) -> Floats:
    """(N,) probability that an agreed reading of a work gives another mark."""
    prior_mean, prior_variance = _prior(totals, expert, offsets)
    scale = np.arange(totals.most + 1)
    noise = offsets.reading_variance + offsets.error[expert] ** 2
    fits = totals.total - offsets.offset[expert]
    weight = -0.5 * (scale - fits[:, None]) ** 2 / noise[:, None]
    weight -= 0.5 * (scale - prior_mean[:, None]) ** 2 / prior_variance[:, None]
    belief = np.exp(weight - weight.max(axis=1, keepdims=True))
    belief /= belief.sum(axis=1, keepdims=True)
    edges = np.array(totals.boundaries)
    same = np.searchsorted(edges, scale, side="right") == np.searchsorted(
        edges, totals.total, side="right"
    ).reshape(-1, 1)
    raw = np.clip(1 - (belief * same).sum(axis=1), 1e-9, 1 - 1e-9)
    chance: Floats = expit(_LEVEL + _SLOPE * logit(raw))
    return chance


def _prior(totals: Totals, expert: Ints, offsets: Offsets) -> tuple[Floats, Floats]:
    """What works with the same journal mark are worth: mean and variance, without reading noise."""
    worth = totals.total - offsets.offset[expert]
    kind = np.where(np.isnan(totals.journal), -1.0, totals.journal)
    mean, variance = np.full(len(worth), worth.mean()), np.full(len(worth), worth.var())
    for each in np.unique(kind):
        chosen = kind == each
        if chosen.sum() >= _FEWEST_BY_MARK:
            mean[chosen], variance[chosen] = worth[chosen].mean(), worth[chosen].var()
    return mean, np.maximum(variance - offsets.reading_variance, 0.5)


def recheck_list(
    totals: Totals,
    chance: Floats,
    *,
    expert: Ints,
    disputed: npt.NDArray[np.bool_],
    budget: int,
    seed: int,
) -> RecheckList:
    """The commission's list: all disputes, the likeliest changes, and a tenth at random.

    Args:
        totals: The results.
        chance: (N,) probability that the mark changes.
        expert: (N,) who scored each work.
        disputed: (N,) works whose points somebody disputes.
        budget: How many works the commission can read; disputes are read beyond it if need be.
        seed: Of the random part.

    Raises:
        BudgetError: The budget is below one work.
    """
    if budget < 1:
        raise BudgetError("Бюджет перепроверки должен быть не меньше одной работы")
    disputes = np.flatnonzero(disputed)
    left = min(max(0, budget - len(disputes)), len(chance) - len(disputes))
    at_random = round(AT_RANDOM * left)
    cap = max(1, round(CAP_SHARE * budget))
    likely = _capped(totals.school, expert, chance, disputed, left - at_random, cap)
    free = np.setdiff1d(np.arange(len(chance)), np.concatenate([disputes, likely]))
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(free, min(left - len(likely), len(free)), replace=False))
    groups = (("dispute", disputes), ("chance", likely), ("random", drawn))
    works = tuple(
        Listed(work=int(work), chance=float(chance[work]), why=why)
        for why, places in groups
        for work in places
    )
    return RecheckList(
        works=works,
        expected=sum(each.chance for each in works),
        expected_at_random=float(chance.mean()) * len(works) if works else 0.0,
        chance=chance,
    )


def _capped(
    school: Ints,
    expert: Ints,
    chance: Floats,
    taken: npt.NDArray[np.bool_],
    count: int,
    cap: int,
) -> Ints:
    """The likeliest works, none of the taken, no school and no expert above the cap."""
    chosen: list[int] = []
    by_school, by_expert = np.zeros(school.max() + 1, int), np.zeros(expert.max() + 1, int)
    for work in np.argsort(-chance, kind="stable"):
        if len(chosen) == count:
            break
        if taken[work] or by_school[school[work]] >= cap or by_expert[expert[work]] >= cap:
            continue
        chosen.append(int(work))
        by_school[school[work]] += 1
        by_expert[expert[work]] += 1
    return np.array(chosen, dtype=np.int64)
