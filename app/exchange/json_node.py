"""A JSON value that knows where it stands, and refuses by path, value and expectation."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TypeVar

from app.errors import Refusal

_LARGEST = 10**9
_MOST_SHOWN = 60  # characters of a wrong value
_Word = TypeVar("_Word", bound=StrEnum)


class JsonNode:
    """One value of a JSON text with its path, such as `scripts[3].class`."""

    __slots__ = ("_key", "_parent", "value")

    def __init__(self, value: object, key: str = "", parent: JsonNode | None = None) -> None:
        self.value = value
        self._key = key
        self._parent = parent

    @classmethod
    def parse(cls, text: bytes) -> JsonNode:
        """The whole of a JSON text.

        Raises:
            Refusal: the bytes are not JSON in UTF-8.
        """
        try:
            return cls(json.loads(text.decode("utf-8-sig")))
        except UnicodeDecodeError as fault:
            raise Refusal("Байт %(place)s: файл не в кодировке UTF-8", place=fault.start) from fault
        except json.JSONDecodeError as fault:
            raise Refusal(
                "Строка %(line)s, знак %(column)s: это не JSON (%(why)s)",
                line=fault.lineno,
                column=fault.colno,
                why=fault.msg,
            ) from fault
        except RecursionError as fault:
            raise Refusal("Файл не разобрать: слишком глубокая вложенность") from fault

    @property
    def path(self) -> str:
        """Where the value stands."""
        before = self._parent.path if self._parent else ""
        return (before + self._key).removeprefix(".") or "$"

    def refusal(self, expected: str) -> Refusal:
        """What to raise: this value is not what was expected."""
        shown = json.dumps(self.value, ensure_ascii=False)
        return Refusal(
            "%(path)s: значение %(value)s, а ожидается %(expected)s",
            path=self.path,
            value=shown if len(shown) <= _MOST_SHOWN else shown[: _MOST_SHOWN - 3] + "...",
            expected=expected,
        )

    def fields(
        self, needed: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, JsonNode]:
        """The fields of an object that has all the needed ones and no unknown one."""
        if not isinstance(self.value, dict):
            raise self.refusal("объект с полями " + ", ".join(needed))
        for key in self.value:
            if key not in needed and key not in optional:
                known = ", ".join([*needed, *optional])
                raise JsonNode(self.value[key], f".{key}", self).refusal(f"одно из полей: {known}")
        for key in needed:
            if key not in self.value:
                raise self.refusal(f"объект с полем {key}")
        return {key: JsonNode(value, f".{key}", self) for key, value in self.value.items()}

    def items(self) -> Iterator[JsonNode]:
        """The members of a list."""
        if not isinstance(self.value, list):
            raise self.refusal("список")
        for place, value in enumerate(self.value):
            yield JsonNode(value, f"[{place}]", self)

    def string(self) -> str:
        """A string that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.refusal("непустая строка")
        return self.value

    def strings(self) -> tuple[str, ...]:
        """A list of strings, none twice."""
        found = tuple(item.string() for item in self.items())
        if len(set(found)) < len(found):
            raise self.refusal("список без повторов")
        return found

    def integer(self, *, least: int) -> int:
        """A whole number that is not too small, nor larger than any count can be."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refusal(f"целое число не меньше {least}")
        if value > _LARGEST:
            raise self.refusal(f"целое число не больше {_LARGEST}")
        return value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.refusal("true или false")
        return self.value

    def day(self) -> dt.date:
        """A day as YYYY-MM-DD."""
        text = self.string()
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            raise self.refusal("день в виде ГГГГ-ММ-ДД")
        return day

    def word(self, words: type[_Word]) -> _Word:
        """A word of a fixed list."""
        if self.value not in list(words):
            raise self.refusal("одно из: " + ", ".join(words))
        return words(str(self.value))

    def one_of(self, known: Collection[str], what: str) -> str:
        """A string that names something known."""
        value = self.string()
        if value not in known:
            raise self.refusal(what)
        return value
