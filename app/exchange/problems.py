"""What is wrong in a file, place by place, and the refusal that carries all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.errors import Refusal

_SHOWN = 50


class ExchangeError(Refusal):
    """A file that cannot be read or written, with what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One wrong place of a file.

    Attributes:
        place: Where it stands: `Протокол!C5`, `строка 3, столбец «Код»`, `rows[3].code`.
        value: What stands there, as a person would read it; empty for nothing.
        text: The expectation: a Russian sentence with named places.
        params: What fills the places.
    """

    place: str
    value: str
    text: str
    params: Mapping[str, object]

    @property
    def expectation(self) -> str:
        """The Russian sentence with its places filled."""
        return self.text % self.params

    def __str__(self) -> str:
        shown = f"«{self.value}»" if self.value else "пусто"
        return f"{self.place}: {shown}. {self.expectation}"


def problem(place: str, value: object, text: str, **params: object) -> Problem:
    """A wrong place; long values are cut for the reader's sake."""
    shown = "" if value is None else str(value)
    cut = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
    return Problem(place=place, value=cut, text=text, params=MappingProxyType(params))


class FileProblemsError(ExchangeError):
    """A file with wrong places; nothing of it was taken.

    Attributes:
        problems: Every wrong place that was found, in the file's order.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "В файле ошибки (мест: %(count)s). Первая: %(first)s",
            count=len(problems),
            first=problems[0],
        )
        self.problems = tuple(problems)
