"""Final points -> the rows of the form of results, checked when made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from scoring.errors import ScoringError
from scoring.scheme import ExamScheme
from scoring.sheet import Points, ScoreSheet, worth

CLASS_SERIALS = range(1, 51)
PREVIOUS_MARKS = (2, 3, 4, 5)


class FormError(ScoringError):
    """A row or a form of results that cannot be."""


class Absence(Enum):
    """The one value that stands in place of a variant when the participant was absent."""

    ABSENT = "absent"


ABSENT = Absence.ABSENT


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRow:
    """One participant in the form of results.

    Attributes:
        code: The participant's code, digits, leading zeros kept.
        variant: The variant's number, or ABSENT.
        points: Points for every criterion; empty for an absent participant.
        class_serial: Serial number of the class in the school, 1 to 50.
        previous_mark: Mark of the term before, 2 to 5, or None.
    """

    code: str
    variant: int | Absence
    points: Mapping[str, Points]
    class_serial: int
    previous_mark: int | None

    def __post_init__(self) -> None:
        if not (self.code.isascii() and self.code.isdigit()):
            raise FormError("Код участника «%(code)s»: ожидались цифры", code=self.code)
        if self.variant is not ABSENT and self.variant < 1:
            raise FormError(
                "Вариант %(variant)s: ожидался номер варианта или «отсутствовал»",
                variant=self.variant,
            )
        if self.class_serial not in CLASS_SERIALS:
            raise FormError(
                "Порядковый номер класса %(serial)s: ожидалось целое от 1 до 50",
                serial=self.class_serial,
            )
        if self.previous_mark is not None and self.previous_mark not in PREVIOUS_MARKS:
            raise FormError(
                "Отметка %(mark)s: ожидалось 2, 3, 4, 5 или нет отметки", mark=self.previous_mark
            )
        if isinstance(self.variant, Absence) and self.points:
            raise FormError("Участник %(code)s отсутствовал, но баллы указаны", code=self.code)
        object.__setattr__(self, "points", MappingProxyType(dict(self.points)))

    @property
    def raw_score(self) -> int | None:
        """The sum of the points; None for an absent participant."""
        if isinstance(self.variant, Absence):
            return None
        return sum(worth(value) for value in self.points.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultsForm:
    """A form of results: one subject and grade of a whole school."""

    subject: str
    grade: int
    year: int
    scheme: ExamScheme
    rows: tuple[FormRow, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for row in self.rows:
            if row.code in seen:
                raise FormError("Код участника %(code)s указан дважды", code=row.code)
            seen.add(row.code)
            if not isinstance(row.variant, Absence):
                ScoreSheet(scheme=self.scheme, points=row.points).check_complete()
        lengths = sorted({len(code) for code in seen})
        if len(lengths) > 1:
            raise FormError(
                "Коды разной длины: %(lengths)s цифр; в одной форме длина одна",
                lengths=", ".join(map(str, lengths)),
            )
