"""What a recheck says of a school: its points against the commission's, beside other schools.

Works just above a boundary fall on any recheck, so they are held against the same kind of works
elsewhere, and what a member of the commission gives on the whole is taken off first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.errors import ScoringError
from scoring.fairness.intercept import InterceptError, InterceptFit, fit_intercept
from scoring.fairness.totals import Floats, Ints, Totals

WORKS_A_SCHOOL = 25
AT_BOUNDARY_SHARE = 0.6
FEWEST_RECHECKED = 10
FEWEST_SCHOOLS = 4
STANDS_OUT = 2.0
LEFT_OUT = 0.5
AT, ABOVE = 1, 2
WEIGHTS = (0.6, 1.0, 0.6)
"""What a work tells: others, exactly on a boundary, one point above it."""
HEAPED = (0.2, 1.0, 0.5)
"""What lifting over a boundary adds to a work of each kind, relative to one on the boundary."""
_ROUNDS = 3


class RecheckError(ScoringError):
    """Rechecked points that cannot be those of these works."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rechecked:
    """The works that the commission read.

    Attributes:
        work: (M,) places of the works among the totals.
        total: (M,) the commission's totals.
        member: (M,) who of the commission read it, 0 to K - 1.
    """

    work: Ints
    total: Floats
    member: Ints

    def __post_init__(self) -> None:
        if len({len(self.work), len(self.total), len(self.member)}) > 1:
            raise RecheckError("У каждой перепроверенной работы нужны балл и член комиссии")


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What the rechecked works say of every school.

    Attributes:
        count: (S,) rechecked works.
        gap: (S,) points given above what the same kind of works elsewhere were given, on average.
        z: (S,) the same, works at boundaries counting more, in standard errors; 0 without data.
        lifted: (S,) z of works at boundaries beside the school's others, by generalised least
            squares: what the whole school is given more or less is taken off; 0 without data.
        error: (S,) standard error of `gap`, infinite without data.
        fit: The model of honest schools: expected excess by kind of work and member.
        rows: (M, P) its covariates.
    """

    count: Ints
    gap: Floats
    z: Floats
    lifted: Floats
    error: Floats
    fit: InterceptFit
    rows: Floats


def kinds(total: Ints, boundaries: tuple[int, ...]) -> Ints:
    """(N,) kind of each work: 1 exactly on a boundary, 2 one point above it, 0 otherwise."""
    edges = np.array(boundaries, dtype=np.int64)
    return np.where(np.isin(total, edges), 1, np.where(np.isin(total, edges + 1), 2, 0))


def choose_works(totals: Totals, school: int, *, seed: int) -> Ints:
    """Which 25 works of a school to read again: 60 % at a boundary, 40 % at random.

    Returns:
        Places of the works, ascending; fewer than 25 only when the school has fewer.
    """
    rng = np.random.default_rng((seed, school))
    own = rng.permutation(np.flatnonzero(totals.school == school))
    kind = kinds(totals.total[own], totals.boundaries)
    near = np.concatenate([own[kind == AT], own[kind == ABOVE]])
    first = near[: round(AT_BOUNDARY_SHARE * WORKS_A_SCHOOL)]
    rest = own[~np.isin(own, first)][: WORKS_A_SCHOOL - len(first)]
    return np.sort(np.concatenate([first, rest]))


def weigh(
    totals: Totals, rechecked: Rechecked, excess: Floats, reference: npt.NDArray[np.bool_]
) -> Evidence | None:
    """Hold every rechecked school against those that stand out least.

    Args:
        totals: The results.
        rechecked: The works read again.
        excess: (M,) points given minus the commission's.
        reference: (S,) schools that the results alone do not make stand out.

    Returns:
        The evidence, or None when fewer than four schools were rechecked, or nothing differs.
    """
    school = totals.school[rechecked.work]
    count = np.bincount(school, minlength=len(totals.sizes))
    enough = count >= FEWEST_RECHECKED
    if enough.sum() < FEWEST_SCHOOLS or np.ptp(excess) == 0:
        return None
    rows = _covariates(totals, rechecked)
    first = _enough_of(reference & enough, enough)
    try:
        return _fitted(totals, rechecked, excess, rows, first)
    except InterceptError:
        return None


def _fitted(
    totals: Totals,
    rechecked: Rechecked,
    excess: Floats,
    rows: Floats,
    first: npt.NDArray[np.bool_],
) -> Evidence:
    """Fit to the first schools, leave out those that stand out, and fit again."""
    honest = first
    evidence = _against(totals, rechecked, excess, rows, honest)
    for _ in range(_ROUNDS):
        limit = max(STANDS_OUT, float(np.quantile(evidence.z[first], 1 - LEFT_OUT)))
        later = first & (evidence.z <= limit)
        if (later == honest).all():
            break
        honest = later
        evidence = _against(totals, rechecked, excess, rows, honest)
    return evidence


def _enough_of(
    honest: npt.NDArray[np.bool_], enough: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    return honest if honest.sum() >= FEWEST_SCHOOLS else enough


def _covariates(totals: Totals, rechecked: Rechecked) -> Floats:
    given = totals.total[rechecked.work]
    kind = kinds(given, totals.boundaries)
    place = given / max(1, totals.most) - 0.5
    members = rechecked.member[:, None] == np.unique(rechecked.member)
    return np.column_stack([members, kind == AT, kind == ABOVE, place, place**2]).astype(np.float64)


def _against(
    totals: Totals,
    rechecked: Rechecked,
    excess: Floats,
    rows: Floats,
    honest: npt.NDArray[np.bool_],
) -> Evidence:
    school = totals.school[rechecked.work]
    taken = honest[school]
    fit = fit_intercept(excess[taken], rows[taken], school[taken])
    left = excess - rows @ fit.beta
    kind = kinds(totals.total[rechecked.work], totals.boundaries)
    weight = np.array(WEIGHTS)[kind]
    schools = len(totals.sizes)
    count, mass, squares, heavy, plain = (
        np.bincount(school, weights=each, minlength=schools)
        for each in (np.ones(len(left)), weight, weight**2, weight * left, left)
    )
    used = count >= FEWEST_RECHECKED
    error = np.sqrt(fit.between * mass**2 + fit.within * squares)
    return Evidence(
        count=count.astype(np.int64),
        gap=np.divide(plain, count, out=np.zeros(schools), where=used),
        z=np.divide(heavy, error, out=np.zeros(schools), where=used),
        lifted=np.where(used, _lifted(left, np.array(HEAPED)[kind], school, fit, schools), 0.0),
        error=np.sqrt(
            np.divide(fit.within, count, out=np.full(schools, np.inf), where=used) + fit.between
        ),
        fit=fit,
        rows=rows,
    )


def _lifted(left: Floats, pattern: Floats, school: Ints, fit: InterceptFit, schools: int) -> Floats:
    """(S,) how far each school's works follow the pattern, its own level taken off, as z."""
    count, mass, squares, along, plain = (
        np.bincount(school, weights=each, minlength=schools)
        for each in (np.ones(len(left)), pattern, pattern**2, pattern * left, left)
    )
    own = fit.between / np.maximum(fit.within + count * fit.between, 1e-12)
    spread = np.sqrt(np.maximum(fit.within * (squares - own * mass**2), 0.0))
    found: Floats = np.divide(
        along - own * mass * plain, spread, out=np.zeros(schools), where=spread > 0
    )
    return found


def draw_excess(evidence: Evidence, school: Ints, rng: np.random.Generator) -> Floats:
    """(M,) what honest schools' points would exceed the commission's by."""
    fit = evidence.fit
    level = rng.normal(0, np.sqrt(fit.between), len(evidence.count))[school]
    noise = rng.normal(0, np.sqrt(fit.within), len(school))
    return np.rint(evidence.rows @ fit.beta + level + noise)
