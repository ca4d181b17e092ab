"""Which schools to recheck, and what the recheck then says (A7, A8, A9).

A school is held against a model of honest schools by three independent figures: works heaped above
mark boundaries, a level above what its journal marks expect, and, when the commission has read
some of its works, points above the commission's. The sum of their squared positive parts is
compared with the same sum in clean municipalities drawn from the model and treated the same way;
the share of false signals is then held over all schools and exams by Benjamini and Hochberg. No
threshold is set by hand, and none is the same for every data set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from scoring.fairness.clean_model import Held, draw_clean, hold
from scoring.fairness.discoveries import adjusted_p
from scoring.fairness.recheck_evidence import Evidence, Rechecked, draw_excess, weigh
from scoring.fairness.sentence import Few, few, sentence
from scoring.fairness.spike import FEWEST_IN_WINDOWS, Spikes
from scoring.fairness.totals import Floats, Totals

VERSION = "schools-2"
FEWEST_WORKS = 10
FEWEST_SCHOOLS = 5
SIGNAL_RATE = 0.10
"""Share of false ones among the schools signalled, on average."""
STRONG_RATE = 0.03
STRONG_Z, WEAK_Z = 0.0, 1.0
"""What rechecked works at boundaries must show before they are said to confirm a signal: a strong
one must not be contradicted, a weak one must be borne out."""
SMALL = 25
"""Schools below this are compared with schools below this."""
_DRAWN_SCHOOLS = 6_000
_FEWEST_DRAWS, _MOST_DRAWS = 60, 250
_INTERVAL = 1.96
_SAME = 1e-6


class Tier(Enum):
    """What is said of a school."""

    FEW = "few"
    NONE = "none"
    SIGNAL = "signal"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure with its 95 % interval, its z and the count that it stands on."""

    value: float
    low: float
    high: float
    z: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Works just above a boundary: how many there are, and how many were expected."""

    boundary: int
    observed: int
    expected: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolFinding:
    """What the analyses say of one school in one exam.

    Attributes:
        school: Its number among the totals.
        n: Its works.
        spike: Works above boundaries in excess of the expected; `Few` below 12 in the windows.
        windows: The same, a boundary at a time.
        level: Mean points above what the journal marks expect; `Few` below 10 works.
        shrunk: The level drawn to nought by how little the size tells.
        level_p: Of a level this high or low in an honest school, two-sided.
        recheck: Points above the commission's, beyond the same kind of works elsewhere.
        lifted: z of rechecked works at boundaries beside the school's others; None below ten.
        statistic: Sum of the squared positive parts of the three z.
        p_value: Share of clean schools with a statistic as large; None for small n.
        adjusted: The same over all schools and exams (Benjamini and Hochberg).
        tier: What follows.
    """

    school: int
    n: int
    spike: Figure | Few
    windows: tuple[Window, ...]
    level: Figure | Few
    shrunk: float
    level_p: float | None
    recheck: Figure | Few
    lifted: float | None
    statistic: float
    p_value: float | None
    adjusted: float | None
    tier: Tier


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamResults:
    """One exam to be screened: the totals and, if there are any, the commission's."""

    totals: Totals
    rechecked: Rechecked | None = None


def screen(
    exams: Sequence[ExamResults], *, seed: int
) -> tuple[tuple[SchoolFinding, ...] | Few, ...]:
    """Every school of every exam against honest ones.

    Returns:
        For each exam its schools in their order, or `Few` below five schools of ten works and
        where all results are the same.
    """
    found = [_one_exam(exam, np.random.default_rng((seed, at))) for at, exam in enumerate(exams)]
    tried = [each for one in found if not isinstance(one, Few) for each in one]
    known = [each.p_value for each in tried if each.p_value is not None]
    adjusted = iter(adjusted_p(known))
    return tuple(
        one if isinstance(one, Few) else tuple(_judged(each, adjusted) for each in one)
        for one in found
    )


def _judged(finding: SchoolFinding, adjusted: Iterator[float]) -> SchoolFinding:
    return finding if finding.p_value is None else judged(finding, next(adjusted))


def judged(finding: SchoolFinding, rate: float) -> SchoolFinding:
    """The finding with its tier, given its p over all schools."""
    tier = Tier.NONE
    if rate <= SIGNAL_RATE:
        wanted = STRONG_Z if rate <= STRONG_RATE else WEAK_Z
        shown = finding.lifted is not None and finding.lifted >= wanted
        tier = Tier.CONFIRMED if shown else Tier.SIGNAL
    return replace(finding, adjusted=rate, tier=tier)


def _one_exam(exam: ExamResults, rng: np.random.Generator) -> list[SchoolFinding] | Few:
    totals = exam.totals
    tried = totals.sizes >= FEWEST_WORKS
    if tried.sum() < FEWEST_SCHOOLS:
        return few(int(tried.sum()), FEWEST_SCHOOLS)
    if np.ptp(totals.total) == 0:
        return _alike(totals)
    rows = totals.covariates()
    held = hold(totals, rows)
    if held.fit.within < _SAME:
        return _alike(totals)
    evidence = _weighed(exam, held)
    statistic = _statistic(held, evidence)
    clean = _clean_statistics(exam, rows, held, evidence, rng)
    p_values = _p_values(statistic, clean, totals.sizes)
    return [
        _finding(school, totals, held, evidence, statistic, p_values)
        for school in range(len(totals.sizes))
    ]


def _alike(totals: Totals) -> Few:
    why = sentence("Внутри школ все результаты одинаковы: сравнивать нечего")
    return Few(n=len(totals.total), fewest=FEWEST_WORKS, why=why)


def _weighed(exam: ExamResults, held: Held) -> Evidence | None:
    if exam.rechecked is None:
        return None
    excess = exam.totals.total[exam.rechecked.work] - exam.rechecked.total
    return weigh(exam.totals, exam.rechecked, excess.astype(np.float64), held.reference)


def _statistic(held: Held, evidence: Evidence | None) -> Floats:
    spike = np.where(held.spikes.in_windows >= FEWEST_IN_WINDOWS, held.spikes.z, 0.0)
    parts = [held.z, spike, *([] if evidence is None else [evidence.z])]
    total: Floats = sum((np.maximum(part, 0.0) ** 2 for part in parts), np.zeros(len(spike)))
    return total


def _clean_statistics(
    exam: ExamResults, rows: Floats, held: Held, evidence: Evidence | None, rng: np.random.Generator
) -> Floats:
    """(D, S) the statistic in clean municipalities, each treated as the real one."""
    totals, rechecked = exam.totals, exam.rechecked
    drawn = []
    draws = np.clip(_DRAWN_SCHOOLS // len(totals.sizes), _FEWEST_DRAWS, _MOST_DRAWS)
    for _ in range(int(draws)):
        total = draw_clean(totals, rows, held.fit, rng)
        if np.ptp(total) == 0:
            continue
        other = hold(replace(totals, total=total), rows)
        told = None
        if evidence is not None and rechecked is not None:
            excess = draw_excess(evidence, totals.school[rechecked.work], rng)
            told = weigh(totals, rechecked, excess, other.reference)
        drawn.append(_statistic(other, told))
    return np.array(drawn).reshape(-1, len(totals.sizes))


def _p_values(statistic: Floats, clean: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
    """(S,) share of clean schools of the same kind of size that reach the statistic."""
    answer = np.full(len(statistic), np.nan)
    tried = sizes >= FEWEST_WORKS
    for group in (tried & (sizes < SMALL), tried & (sizes >= SMALL)):
        pool = np.sort(clean[:, group].ravel())
        reach = len(pool) - np.searchsorted(pool, statistic[group], side="left")
        answer[group] = (1 + reach) / (1 + len(pool))
    return answer


def _finding(
    school: int,
    totals: Totals,
    held: Held,
    evidence: Evidence | None,
    statistic: Floats,
    p_values: Floats,
) -> SchoolFinding:
    n = int(totals.sizes[school])
    tried = n >= FEWEST_WORKS
    return SchoolFinding(
        school=school,
        n=n,
        spike=_spike(held.spikes, school),
        windows=_windows(held.spikes, school, totals.boundaries),
        level=_level(held, school, n) if tried else few(n, FEWEST_WORKS),
        shrunk=float(held.shrunk[school]),
        level_p=float(2 * ndtr(-abs(held.z[school]))) if tried else None,
        recheck=_recheck(evidence, school),
        lifted=_lifted(evidence, school),
        statistic=float(statistic[school]),
        p_value=float(p_values[school]) if tried else None,
        adjusted=None,
        tier=Tier.FEW,
    )


def _level(held: Held, school: int, n: int) -> Figure:
    gap, z = float(held.gap[school]), float(held.z[school])
    error = float(np.sqrt(held.fit.within / n))
    return Figure(value=gap, low=gap - _INTERVAL * error, high=gap + _INTERVAL * error, z=z, n=n)


def _spike(spikes: Spikes, school: int) -> Figure | Few:
    n = int(spikes.in_windows[school])
    if n < FEWEST_IN_WINDOWS:
        return few(n, FEWEST_IN_WINDOWS)
    seen, due = spikes.observed[school], spikes.expected[school]
    excess = float((seen - due)[:, 2:].sum())
    share = due[:, 2:].sum(axis=1) / np.maximum(due.sum(axis=1), 1e-12)
    half = _INTERVAL * float(np.sqrt((due.sum(axis=1) * share * (1 - share)).sum()))
    return Figure(
        value=excess, low=excess - half, high=excess + half, z=float(spikes.z[school]), n=n
    )


def _windows(spikes: Spikes, school: int, boundaries: tuple[int, ...]) -> tuple[Window, ...]:
    seen, due = spikes.observed[school], spikes.expected[school]
    return tuple(
        Window(
            boundary=edge,
            observed=int(seen[place, 2:].sum()),
            expected=float(due[place, 2:].sum()),
            n=int(seen[place].sum()),
        )
        for place, edge in enumerate(boundaries)
    )


def _lifted(evidence: Evidence | None, school: int) -> float | None:
    if evidence is None or evidence.count[school] < FEWEST_WORKS:
        return None
    return float(evidence.lifted[school])


def _recheck(evidence: Evidence | None, school: int) -> Figure | Few:
    n = 0 if evidence is None else int(evidence.count[school])
    if evidence is None or n < FEWEST_WORKS:
        return few(n, FEWEST_WORKS)
    gap, half = float(evidence.gap[school]), _INTERVAL * float(evidence.error[school])
    return Figure(value=gap, low=gap - half, high=gap + half, z=float(evidence.z[school]), n=n)
