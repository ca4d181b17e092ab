"""What an exam is scored by: criteria as in the federal form, and the scale of marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoring.errors import ScoringError

MAXIMUM_LIMIT = 100
_LABEL = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?(?:[КKкk]([0-9]{1,2}))?")
_HEADER = re.compile(r"([0-9]+(?:[.,][0-9]+)?(?:[КK][0-9]+)?)\s*\(([0-9]+)б\)")


class SchemeError(ScoringError):
    """Criteria or thresholds that cannot describe an exam."""


def normal_label(text: str) -> str:
    """A criterion's label in its one spelling, with a point and a Cyrillic К.

    So `9,1` becomes `9.1`, and a Latin K in `4K1` a Cyrillic one.

    Raises:
        SchemeError: The text is no label.
    """
    found = _LABEL.fullmatch(text.strip())
    if found is None:
        raise SchemeError(
            "«%(label)s» не обозначение критерия: ожидалось 1, 9.1 или 4К1", label=text
        )
    task, part, criterion = found.groups()
    return task + (f".{part}" if part else "") + (f"К{criterion}" if criterion else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """The smallest scored thing of an exam.

    Attributes:
        label: As in the federal form: `1`, `9.1`, `4К1`.
        maximum: The most points it can bring, 1 to 100.
        depends_on: The label of the base criterion: where the base is 0 or X, this one may only
            be 0 or X.
    """

    label: str
    maximum: int
    depends_on: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", normal_label(self.label))
        if self.depends_on is not None:
            object.__setattr__(self, "depends_on", normal_label(self.depends_on))
        if not 1 <= self.maximum <= MAXIMUM_LIMIT:
            raise SchemeError(
                "Критерий %(label)s: максимум %(maximum)s, ожидалось целое от 1 до %(limit)s",
                label=self.label,
                maximum=self.maximum,
                limit=MAXIMUM_LIMIT,
            )
        if self.depends_on == self.label:
            raise SchemeError("Критерий %(label)s зависит от самого себя", label=self.label)

    @property
    def header(self) -> str:
        """The column header of the federal form, such as `4К1 (3б)`."""
        return f"{self.label} ({self.maximum}б)"


def criterion_of_header(header: str) -> Criterion:
    """The criterion that a column header of the federal form names.

    Raises:
        SchemeError: The header does not follow the form's grammar.
    """
    found = _HEADER.fullmatch(header.strip())
    if found is None:
        raise SchemeError(
            "«%(header)s» не заголовок критерия: ожидалось, например, «4К1 (3б)»", header=header
        )
    return Criterion(label=found[1], maximum=int(found[2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamScheme:
    """All criteria of an exam, in the order of the form."""

    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not self.criteria:
            raise SchemeError("В работе нет ни одного критерия")
        seen: set[str] = set()
        for criterion in self.criteria:
            if criterion.label in seen:
                raise SchemeError("Критерий %(label)s указан дважды", label=criterion.label)
            seen.add(criterion.label)
        for criterion in self.criteria:
            if criterion.depends_on is not None and criterion.depends_on not in seen:
                raise SchemeError(
                    "Критерий %(label)s зависит от критерия %(base)s, которого в работе нет",
                    label=criterion.label,
                    base=criterion.depends_on,
                )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the form."""
        return tuple(criterion.label for criterion in self.criteria)

    @property
    def max_total(self) -> int:
        """The highest raw score."""
        return sum(criterion.maximum for criterion in self.criteria)

    def get_criterion(self, label: str) -> Criterion:
        """The criterion of that label.

        Raises:
            SchemeError: The exam has no such criterion.
        """
        for criterion in self.criteria:
            if criterion.label == label:
                return criterion
        raise SchemeError("В работе нет критерия %(label)s", label=label)


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkThresholds:
    """The lowest raw score of the marks 3, 4 and 5, with where the scale comes from.

    Attributes:
        three: Lowest raw score of a 3; everything below is a 2.
        four: Lowest raw score of a 4.
        five: Lowest raw score of a 5.
        source: The document that sets the scale.
        year: The year of that document's exam.
    """

    three: int
    four: int
    five: int
    source: str
    year: int

    def __post_init__(self) -> None:
        if not 0 < self.three < self.four < self.five:
            raise SchemeError(
                "Границы отметок %(three)s, %(four)s, %(five)s должны расти и быть больше нуля",
                three=self.three,
                four=self.four,
                five=self.five,
            )
        if not self.source.strip():
            raise SchemeError("Укажите источник шкалы перевода баллов в отметки")

    def mark_of(self, raw_score: int) -> int:
        """The mark, 2 to 5, of a raw score."""
        return 2 + sum(raw_score >= bound for bound in (self.three, self.four, self.five))

    def check_against(self, scheme: ExamScheme) -> None:
        """Refuse a scale whose 5 cannot be reached.

        Raises:
            SchemeError: The lowest score of a 5 is above the exam's maximum.
        """
        if self.five > scheme.max_total:
            raise SchemeError(
                "Отметка 5 начинается с %(five)s, а максимум за работу %(total)s",
                five=self.five,
                total=scheme.max_total,
            )
