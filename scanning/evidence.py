"""What one code field says about every issued code, beside a field filled at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DIGITS = 10
UNIFORM = 1 / DIGITS
# The recogniser may be sure and wrong: no digit is less probable than this.
FLOOR = 2e-4
# How pupils fill the field: nearly all copy the code; some get one digit wrong, a few write a
# neighbour's code, fewer still anything else.
COPIED_RIGHT = 0.965
ONE_DIGIT_WRONG = 0.02
ANOTHERS_CODE = 0.01
ANYTHING = 0.005
EMPTY_WHERE_WRITTEN = 0.02  # a digit the scan lost
WRITTEN_WHERE_EMPTY = 0.01  # a blot in a box that the code leaves free

Row = Sequence[float] | None
Vector = npt.NDArray[np.float64]
Digits = npt.NDArray[np.int8]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeDigits:
    """Codes as rows of digits, made once for all the fields that are held against them.

    Attributes:
        count: how many codes.
        by_length: the places in the list of the codes of one length, and their digits, (codes,
            length) each.
    """

    count: int
    by_length: tuple[tuple[Places, Digits], ...]

    @classmethod
    def of(cls, codes: Sequence[str]) -> CodeDigits:
        """The digits of these codes; decimal digits each."""
        places: dict[int, list[int]] = {}
        for place, code in enumerate(codes):
            places.setdefault(len(code), []).append(place)
        return cls(
            count=len(codes),
            by_length=tuple(
                (np.array(alike), np.array([list(codes[place]) for place in alike]).astype(np.int8))
                for alike in places.values()
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldEvidence:
    """Likelihoods of a code field, each beside that of a field filled at random.

    Attributes:
        exact: for every issued code, that the field shows just it.
        any_way: for every issued code, that its holder filled the field, slips included.
        written: the most probable reading, "" where boxes are empty or hold no digit.
        certainty: probability of that reading.
        empty: nothing was written in any box.
    """

    exact: Vector
    any_way: Vector
    written: str
    certainty: float
    empty: bool

    def agrees(self, index: int) -> float:
        """Probability that the holder of this code wrote it right, given what the field shows."""
        return float(COPIED_RIGHT * self.exact[index] / self.any_way[index])


def field_evidence(rows: Sequence[Row], codes: CodeDigits) -> FieldEvidence:
    """The evidence of one code field about the codes that may stand in it.

    Args:
        rows: as in `PageReading.digits`, () where there is none.
        codes: the issued ones.
    """
    written = [row for row in rows if row is not None]
    if not written:
        ones = np.ones(codes.count)
        return FieldEvidence(exact=ones, any_way=ones, written="", certainty=0.0, empty=True)
    table = _table(rows)
    exact, one_wrong = _likelihoods(table, rows, codes)
    anothers = (exact.sum() - exact) / max(codes.count - 1, 1)
    text, certainty = _reading(rows)
    return FieldEvidence(
        exact=exact,
        any_way=np.asarray(
            COPIED_RIGHT * exact + ONE_DIGIT_WRONG * one_wrong + ANOTHERS_CODE * anothers + ANYTHING
        ),
        written=text,
        certainty=certainty,
        empty=False,
    )


def shown(rows: Sequence[Row], codes: Sequence[str]) -> Vector:
    """For every code, issued or not, how likely the field shows just it, beside one at random."""
    if all(row is None for row in rows):
        return np.ones(len(codes))
    exact, _ = _likelihoods(_table(rows), rows, CodeDigits.of(codes))
    return exact


def _table(rows: Sequence[Row]) -> Vector:
    """(boxes, 10) likelihood ratios of each digit beside a uniform one."""
    return np.stack([_ratios(row) for row in rows])


def _ratios(row: Row) -> Vector:
    if row is None:
        return np.full(DIGITS, EMPTY_WHERE_WRITTEN / UNIFORM)
    # A box that may hold no digit at all says as much less about which one.
    shares = np.array(row[:DIGITS]) + row[DIGITS] * UNIFORM
    return np.asarray((shares * (1 - DIGITS * FLOOR) + FLOOR) / UNIFORM)


def _likelihoods(table: Vector, rows: Sequence[Row], codes: CodeDigits) -> tuple[Vector, Vector]:
    """That the field shows each code, and that it shows it with one digit wrong.

    A code shorter than the field stands at its left or its right end; a longer one is not there.
    """
    exact, one_wrong = np.zeros(codes.count), np.zeros(codes.count)
    for places, digits in codes.by_length:
        spare = len(rows) - digits.shape[1]
        for start in {0, spare} if spare >= 0 else ():
            right, slipped = _at(start, table, rows, digits)
            best, beside = exact[places], one_wrong[places]
            better = (right > best) | ((right == best) & (slipped > beside))
            exact[places] = np.where(better, right, best)
            one_wrong[places] = np.where(better, slipped, beside)
    return exact, one_wrong


def _at(start: int, table: Vector, rows: Sequence[Row], digits: Digits) -> tuple[Vector, Vector]:
    """That the boxes from `start` show just each code, or it with one digit wrong."""
    length = digits.shape[1]
    part, outside = table[start : start + length], [*rows[:start], *rows[start + length :]]
    beside = float(np.prod([1.0 if row is None else WRITTEN_WHERE_EMPTY for row in outside]))
    picked = part[np.arange(length), digits]
    exact = picked.prod(axis=1) * beside
    others = (part.sum(axis=1) - picked) / (DIGITS - 1)
    return exact, exact * (others / picked).mean(axis=1)


def _reading(rows: Sequence[Row]) -> tuple[str, float]:
    """The most probable digits of the written boxes, where they stand together."""
    filled = [box for box, row in enumerate(rows) if row is not None]
    known = [row for row in rows if row is not None]
    if filled[-1] - filled[0] + 1 != len(filled):
        return "", 0.0
    best = [max(range(DIGITS + 1), key=row.__getitem__) for row in known]
    if DIGITS in best:
        return "", 0.0
    certainty = np.prod([row[digit] for row, digit in zip(known, best, strict=True)])
    return "".join(str(digit) for digit in best), float(certainty)
