"""One row of the register of experts, checked when made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.bridge.subjects import subject_key
from app.errors import Refusal

_MOST_CAPACITY = 1000
_EARLIEST_YEAR = 1950


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertEntry:
    """One row of the register of experts.

    Attributes:
        login: the login of his account; empty to find him by his name in the school, or to
            make one from the school's login.
        display_name: the teacher's own name.
        also_at: logins of other schools where he also works; None leaves them as they are.
        subjects: what he teaches and since what day.
        teaches: classes he teaches: 4А of his school, edu123456/4А of another; None leaves them.
        capacity: how many scripts of one exam he can score.
        min_load: how many he must get at least; None leaves it as it is.
        in_commission: whether he sits in the municipal commission; None leaves it as it is.
    """

    display_name: str
    subjects: tuple[tuple[str, date], ...]
    capacity: int
    login: str = ""
    also_at: tuple[str, ...] | None = ()
    teaches: tuple[str, ...] | None = ()
    min_load: int | None = None
    in_commission: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "display_name", " ".join(self.display_name.split()))
        tidy = tuple((" ".join(subject.split()), since) for subject, since in self.subjects)
        object.__setattr__(self, "subjects", tuple(sorted(tidy)))
        if not self.display_name:
            raise Refusal("Имя эксперта пусто.")
        _check_loads(self.capacity, self.min_load or 0)
        _check_subjects(self.subjects)


def _check_loads(capacity: int, min_load: int) -> None:
    if not 0 <= capacity <= _MOST_CAPACITY:
        raise Refusal(
            "Работ на эксперта %(capacity)s: ожидается от 0 до %(most)s.",
            capacity=capacity,
            most=_MOST_CAPACITY,
        )
    if not 0 <= min_load <= capacity:
        raise Refusal(
            "Наименьшая нагрузка %(least)s: ожидается от 0 до %(capacity)s.",
            least=min_load,
            capacity=capacity,
        )


def _check_subjects(subjects: Sequence[tuple[str, date]]) -> None:
    if not subjects:
        raise Refusal("Не указан ни один предмет: эксперт проверяет то, что преподаёт.")
    names = [subject_key(subject) for subject, _ in subjects]
    for subject, since_on in subjects:
        if not subject or len(subject) > 100:  # noqa: PLR2004 - the column's width
            raise Refusal("Предмет «%(subject)s»: нужно от 1 до 100 знаков.", subject=subject)
        if names.count(subject_key(subject)) > 1:
            raise Refusal("Предмет «%(subject)s» указан дважды.", subject=subject)
        if since_on.year < _EARLIEST_YEAR:
            raise Refusal(
                "Преподаёт «%(subject)s» с %(since)s: ожидается год от 1950.",
                subject=subject,
                since=since_on.strftime("%d.%m.%Y"),
            )
