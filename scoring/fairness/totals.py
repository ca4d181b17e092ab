"""The results of one exam in one municipality, as the analyses of schools need them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.errors import ScoringError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class TotalsError(ScoringError):
    """Results that cannot be compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """Totals of one exam.

    Attributes:
        school: (N,) school of each work, 0 to S - 1; every school has a work.
        total: (N,) total points given.
        journal: (N,) mark of the school journal, NaN where there is none.
        boundaries: Lowest totals of the better marks, ascending.
        most: Highest possible total.
    """

    school: Ints
    total: Ints
    journal: Floats
    boundaries: tuple[int, ...]
    most: int

    def __post_init__(self) -> None:
        if len({len(self.school), len(self.total), len(self.journal)}) > 1:
            raise TotalsError("У каждой работы нужны школа, балл и отметка (или её отсутствие)")
        if len(self.total) and (self.total.min() < 0 or self.total.max() > self.most):
            raise TotalsError("Балл работы вне границ от 0 до %(most)s", most=self.most)
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise TotalsError("Границы отметок должны возрастать")

    @property
    def sizes(self) -> Ints:
        """(S,) works of each school."""
        return np.bincount(self.school)

    def covariates(self) -> Floats:
        """(N, P) ones, the kinds of journal mark, and the school's mean journal mark.

        The mean stands beside the single mark because a journal mark tells a pupil's level with an
        error, and the mean of a school tells the school's with a much smaller one (Mundlak 1978):
        without it a strong honest school looks lifted.
        """
        known = ~np.isnan(self.journal)
        marks = np.unique(self.journal[known])
        kinds = [self.journal == mark for mark in marks[1:]]
        if known.any() and not known.all():
            kinds.append(~known)
        columns = [np.ones(len(self.total)), *(kind.astype(np.float64) for kind in kinds)]
        if len(marks) > 1 and len(self.sizes) >= SCHOOLS_FOR_MEAN:
            columns.append(self._school_means(known))
        return np.stack(columns, axis=1)

    def _school_means(self, known: npt.NDArray[np.bool_]) -> Floats:
        count = np.bincount(self.school, weights=known)
        filled = np.where(known, self.journal, 0.0)
        total = np.bincount(self.school, weights=filled)
        overall = filled.sum() / known.sum()
        means = np.where(count > 0, total / np.maximum(count, 1), overall)
        return np.asarray(means[self.school], dtype=np.float64)


SCHOOLS_FOR_MEAN = 10
"""Below this the school's mean journal mark would explain the schools themselves."""
