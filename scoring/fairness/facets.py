"""The many-facet partial-credit model: log P(k)/P(k-1) = theta - c - delta(task, k).

Scripts x experts x tasks of different maxima. `delta(task, k) = b + tau` of the task's step k. The
likelihood is climbed by Newton's method; scripts' abilities, thousands of them but each on its own,
are eliminated from every step, so that a step costs what experts and steps cost.

Joint likelihood alone stretches the scale where a script has few points. Half the logarithm of the
information about each ability is therefore added: that makes the profile likelihood nearly the one
conditional on the scripts' totals (Barndorff-Nielsen and Cox 1979), which has no such bias.

Written here: statsmodels has no model of this family, and the packages that do (TAM, sirt, eRm) are
R under the GPL. Source: Linacre, Many-Facet Rasch Measurement (1989); Masters (1982).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_array, csr_array

from scoring.fairness.ratings import Real, Whole

_MOST_STEPS = 100
_NEAR = 1e-6
_LONGEST_STEP = 1.0  # logits; a longer step from a poor start would overshoot
_FAR = 12.0  # logits beyond which an ability says only "all" or "nothing"
# A prior so wide that it moves no estimate by a thousandth, and yet steps that nobody took and
# experts who gave only maxima stay finite.
_RIDGE = 0.01


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Observations:
    """Points as the model sees them: four columns, and the tasks' maxima.

    Attributes:
        script: From 0 to `scripts` - 1.
        rater: From 0 to `raters` - 1.
        task: From 0 on.
        points: From 0 to the task's maximum.
        maxima: By task.
        scripts: How many scripts there are.
        raters: How many raters there are.
    """

    script: Whole
    rater: Whole
    task: Whole
    points: Whole
    maxima: Whole
    scripts: int
    raters: int

    def only(self, rows: Whole | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Observations:
        """The same numbering, with some of the readings."""
        return Observations(
            script=self.script[rows],
            rater=self.rater[rows],
            task=self.task[rows],
            points=self.points[rows],
            maxima=self.maxima,
            scripts=self.scripts,
            raters=self.raters,
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Estimates:
    """What the model found; the mean severity is 0.

    Attributes:
        ability: Of each script; NaN where it took no part.
        severity: Of each rater, in logits; more is stricter.
        steps: Tasks x most points: delta(task, k), infinite beyond the task's maximum.
        errors: Standard errors of severities, robust to dependence within a script.
        model_errors: Standard errors of severities if the model were exact, as other programs
            print them.
        converged: Whether the last step was short.
    """

    ability: Real
    severity: Real
    steps: Real
    errors: Real
    model_errors: Real
    converged: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Moments:
    """The distribution of points at some locations.

    Attributes:
        tails: Rows x steps: probability of at least k points.
        mean: Expected points.
        variance: Variance of points.
    """

    tails: Real
    mean: Real
    variance: Real

    @property
    def with_step(self) -> Real:
        """Covariance of points with having taken step k."""
        k = np.arange(1, self.tails.shape[1] + 1)
        return _upwards(self.tails) + (k - 1 - self.mean[:, None]) * self.tails

    @property
    def variance_by_location(self) -> Real:
        """How the variance grows with the location: the third central moment."""
        k = np.arange(1, self.tails.shape[1] + 1)
        square = self.tails @ (2 * k - 1)
        cube = self.tails @ (3 * k * (k - 1) + 1)
        found: Real = cube - 3 * self.mean * square + 2 * self.mean**3
        return found

    @property
    def variance_by_step(self) -> Real:
        """How the variance grows with delta(task, k)."""
        k = np.arange(1, self.tails.shape[1] + 1)
        square = (self.tails @ (2 * k - 1))[:, None]
        above = _upwards(self.tails * (2 * k - 1)) + (k - 1) ** 2 * self.tails
        found: Real = square * self.tails - above + 2 * self.mean[:, None] * self.with_step
        return found


def _upwards(values: Real) -> Real:
    """Sums from step k to the last one."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]


def moments(location: Real, steps: Real) -> Moments:
    """Points' distribution where ability less severity is `location`.

    Args:
        location: One a row.
        steps: Rows x most points, infinite where the task has no such step.
    """
    climb = np.cumsum(location[:, None] - steps, axis=1)
    logs = np.concatenate([np.zeros((len(location), 1)), climb], axis=1)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    k = np.arange(shares.shape[1], dtype=float)
    mean = shares @ k
    return Moments(tails=_upwards(shares[:, 1:]), mean=mean, variance=shares @ k**2 - mean**2)


def estimate(seen: Observations) -> Estimates:
    """Joint estimates from readings of scripts that are neither all nought nor all maximum."""
    climb = _Climb(seen)
    for _ in range(_MOST_STEPS):
        if climb.step() < _NEAR:
            break
    return climb.result()


class _Climb:
    """The likelihood at its present point, and the way up."""

    def __init__(self, seen: Observations) -> None:
        self.seen = seen
        self.most = int(seen.maxima.max())
        self.real = np.arange(1, self.most + 1) <= seen.maxima[:, None]
        self.place = np.cumsum(self.real.ravel()).reshape(self.real.shape) - 1
        self.count = int(self.real.sum())
        self.took = np.arange(1, self.most + 1) <= seen.points[:, None]
        self.there = np.bincount(seen.script, minlength=seen.scripts) > 0
        self.ability = _first_abilities(seen)
        self.severity = np.zeros(seen.raters)
        self.steps = np.where(self.real, 0.0, np.inf)
        self.length = np.inf

    def step(self) -> float:
        """Climb once; the longest change of a parameter, in logits."""
        now = self._moments()
        with_step = now.with_step
        information = self._information(now, with_step)
        cross = self._sparse(-now.variance, -with_step)
        precision = self._by_script(now.variance)
        by_precision = csr_array(cross * (1 / precision)[:, None])
        self.schur = information - (cross.T @ by_precision).toarray()
        rest = self.seen.points - now.mean
        joint = self._sparse(-rest, now.tails - self.took)
        self.scores = csr_array(joint + self._correction(now, by_precision, precision))
        of_ability = np.bincount(self.seen.script, weights=rest, minlength=self.seen.scripts)
        prior = np.concatenate([self.severity, self.steps[self.real]])
        slope = np.asarray(self.scores.sum(axis=0)).ravel() - _RIDGE * prior
        change = cho_solve(cho_factor(self.schur), slope - by_precision.T @ of_ability)
        change_ability = (of_ability - cross @ change) / precision
        self.length = max(np.abs(change).max(), np.abs(change_ability).max())
        scale = min(1.0, _LONGEST_STEP / max(self.length, _NEAR))
        self._move(scale * change_ability, scale * change)
        return float(self.length)

    def _correction(self, now: Moments, by_precision: csr_array, precision: Real) -> csr_array:
        """Slopes of half the logarithm of each ability's information."""
        third = now.variance_by_location
        direct = self._sparse(-third, now.variance_by_step)
        by_ability = np.bincount(self.seen.script, weights=third, minlength=self.seen.scripts)
        indirect = csr_array(by_precision * by_ability[:, None])
        return csr_array(csr_array(direct - indirect) * (0.5 / precision)[:, None])

    def _by_script(self, values: Real) -> Real:
        """Sums over the readings of a script, kept from nought."""
        found = np.bincount(self.seen.script, weights=values, minlength=self.seen.scripts)
        return np.where(self.there, np.maximum(found, _NEAR), 1.0).astype(float)

    def _move(self, ability: Real, change: Real) -> None:
        self.ability = np.clip(self.ability + ability, -_FAR, _FAR)
        self.severity = self.severity + change[: self.seen.raters]
        self.steps[self.real] += change[self.seen.raters :]

    def _moments(self) -> Moments:
        seen = self.seen
        location = self.ability[seen.script] - self.severity[seen.rater]
        return moments(location, self.steps[seen.task])

    def _information(self, now: Moments, with_step: Real) -> Real:
        """Less the second derivatives by severities and steps."""
        raters = self.seen.raters
        size = raters + self.count
        table = np.zeros((size, size))
        of_rater = np.bincount(self.seen.rater, weights=now.variance, minlength=raters)
        table[np.arange(raters), np.arange(raters)] = of_rater
        self._add_steps(table, now, with_step)
        table[np.arange(size), np.arange(size)] += _RIDGE
        return table

    def _add_steps(self, table: Real, now: Moments, with_step: Real) -> None:
        seen, raters = self.seen, self.seen.raters
        for task in range(len(seen.maxima)):
            rows = np.flatnonzero(seen.task == task)
            first = raters + self.place[task, 0]
            own = slice(first, first + seen.maxima[task])
            tails = now.tails[rows, : seen.maxima[task]]
            later = np.maximum.outer(np.arange(tails.shape[1]), np.arange(tails.shape[1]))
            table[own, own] = tails.sum(axis=0)[later] - tails.T @ tails
            mixed = np.zeros((raters, tails.shape[1]))
            np.add.at(mixed, seen.rater[rows], with_step[rows, : tails.shape[1]])
            table[:raters, own] = mixed
            table[own, :raters] = mixed.T

    def _sparse(self, of_rater: Real, of_steps: Real) -> csr_array:
        """Scripts x parameters, summed over the readings of a script."""
        seen = self.seen
        row, step = np.nonzero(self.real[seen.task])
        rows = np.concatenate([seen.script, seen.script[row]])
        places = self.place[seen.task[row], step] + seen.raters
        columns = np.concatenate([seen.rater, places])
        values = np.concatenate([of_rater, of_steps[row, step]])
        shape = (seen.scripts, seen.raters + self.count)
        return csr_array(coo_array((values, (rows, columns)), shape=shape))

    def result(self) -> Estimates:
        """The estimates, with severities about their mean and their errors."""
        raters = self.seen.raters
        inverse = cho_solve(cho_factor(self.schur), np.eye(len(self.schur)))
        scripts = max(int(self.there.sum()), 2)
        meat = (self.scores.T @ self.scores).toarray() * scripts / (scripts - 1)
        centre = np.eye(raters) - 1 / raters
        robust = centre @ (inverse @ meat @ inverse)[:raters, :raters] @ centre.T
        exact = centre @ inverse[:raters, :raters] @ centre.T
        mean = self.severity.mean()
        return Estimates(
            ability=np.where(self.there, self.ability - mean, np.nan),
            severity=self.severity - mean,
            steps=self.steps,
            # Where one script is all there is, an error of nought may round to below it.
            errors=np.sqrt(np.maximum(np.diag(robust), 0.0)),
            model_errors=np.sqrt(np.diag(exact)),
            converged=bool(self.length < _NEAR * 100),
        )


def _first_abilities(seen: Observations) -> Real:
    """Logits of the share of points, half a point away from nought and from everything."""
    got = np.bincount(seen.script, weights=seen.points, minlength=seen.scripts)
    most = np.bincount(seen.script, weights=seen.maxima[seen.task], minlength=seen.scripts)
    share = (got + 0.5) / (most + 1)
    return np.asarray(np.log(share / (1 - share)), dtype=float)


def abilities(seen: Observations, *, severity: Real, steps: Real, nudge: float = 0.3) -> Real:
    """The ability of every script with the rest known; NaN where it has no reading.

    A script with all points, or none, has no finite ability: it is measured as if `nudge` points
    were lacking (or there), which is the custom of the field (Linacre).
    """
    got = np.bincount(seen.script, weights=seen.points, minlength=seen.scripts)
    most = np.bincount(seen.script, weights=seen.maxima[seen.task], minlength=seen.scripts)
    aim = np.clip(got, nudge, most - nudge)
    found = _first_abilities(seen)
    for _ in range(_MOST_STEPS):
        now = moments(found[seen.script] - severity[seen.rater], steps[seen.task])
        mean = np.bincount(seen.script, weights=now.mean, minlength=seen.scripts)
        slope = np.bincount(seen.script, weights=now.variance, minlength=seen.scripts)
        change = np.clip((aim - mean) / np.maximum(slope, _NEAR), -_LONGEST_STEP, _LONGEST_STEP)
        change = np.where(most > 0, change, 0.0)
        found = np.clip(found + change, -_FAR, _FAR)
        if np.abs(change).max(initial=0.0) < _NEAR:
            break
    return np.where(most > 0, found, np.nan)
