"""Columns of registers: what a cell may say, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.exchange.problems import ExchangeError

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_SCHOOL_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{2,19}")
_CLASS = re.compile(r"(?P<grade>[0-9]{1,2})\s*[«\"]?(?P<letter>[А-ЯЁа-яё]{1,10}|)[»\"]?")
_SPLIT = re.compile(r"[;\n]")
_SPLIT_COMMAS = re.compile(r"[;,\n]")
GRADES = range(1, 12)
"""Years of school."""
LONGEST_CODE = 12
"""Digits of a participant code."""


class CellRefusalError(ExchangeError):
    """A cell that is not understood; the sentence tells the expectation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a register.

    Attributes:
        name: The field of the record; the register fills it in.
        header: The header in the file.
        help: What to write, for the comment on the header.
        parse: Text that is not blank -> value; raises `CellRefusalError`.
        example: A right cell.
        default: The value of a blank cell; `REQUIRED` where a blank cell is an error.
        kept: A file without this column leaves what stands: the record holds None.
        choices: What a list in the template offers.
        as_text: Whether the template formats the column as text, so that zeros stay.
    """

    name: str = ""
    header: str
    help: str
    parse: Callable[[str], Any]
    example: str
    default: Any = None
    kept: bool = False
    required: bool = True
    choices: Sequence[str] = ()
    as_text: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassName:
    """A class as people write it, 4А; the school where the file names one."""

    grade: int
    letter: str
    school: str | None = None

    @property
    def shown(self) -> str:
        """`4А`."""
        return f"{self.grade}{self.letter}"


def text_of(longest: int) -> Callable[[str], str]:
    """A parser of free text up to a length."""

    def parse(text: str) -> str:
        if len(text) > longest:
            raise CellRefusalError("Ожидалось не больше %(longest)s знаков", longest=longest)
        return " ".join(text.split())

    return parse


def whole_of(first: int, last: int) -> Callable[[str], int]:
    """A parser of whole numbers within bounds."""

    def parse(text: str) -> int:
        digits = text.isascii() and text.isdigit() and len(text) <= LONGEST_CODE
        if not digits or not first <= int(text) <= last:
            raise CellRefusalError(
                "Ожидалось целое от %(first)s до %(last)s", first=first, last=last
            )
        return int(text)

    return parse


def choice_of(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    """A parser of one of some words, in any case."""
    plain = {word.casefold(): value for word, value in choices.items()}

    def parse(text: str) -> Any:
        if text.casefold() not in plain:
            raise CellRefusalError("Ожидалось одно из: %(words)s", words=", ".join(choices))
        return plain[text.casefold()]

    return parse


def list_of(
    parse_one: Callable[[str], Any], *, commas: bool = False
) -> Callable[[str], tuple[Any, ...]]:
    """A parser of several values between semicolons, none twice.

    Args:
        parse_one: the parser of one value.
        commas: commas separate as well, where no value has one.
    """
    split = _SPLIT_COMMAS if commas else _SPLIT

    def parse(text: str) -> tuple[Any, ...]:
        values = tuple(parse_one(part.strip()) for part in split.split(text) if part.strip())
        if len(set(values)) < len(values):
            raise CellRefusalError("Одно значение указано дважды")
        return values

    return parse


def login(text: str) -> str:
    """A login: Latin letters, digits, dot, hyphen, underscore."""
    if _LOGIN.fullmatch(text) is None:
        raise CellRefusalError("Ожидался логин: латинские буквы и цифры, например edu123456")
    return text.lower()


def school_login(text: str) -> str:
    """A school's login: edu and digits."""
    found = text.lower()
    if _SCHOOL_LOGIN.fullmatch(found) is None:
        raise CellRefusalError("Ожидался логин школы, например edu123456")
    return found


def code(text: str) -> str:
    """A participant's code: digits, zeros kept."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_CODE:
        raise CellRefusalError("Ожидался код: только цифры, не больше %(most)s", most=LONGEST_CODE)
    return text


def day(text: str) -> date:
    """A day: ДД.ММ.ГГГГ or ГГГГ-ММ-ДД."""
    for shape in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise CellRefusalError("Ожидалась дата ДД.ММ.ГГГГ")


def class_name(text: str) -> ClassName:
    """A class: 4А; of another school: edu123456/4А."""
    school, slash, name = text.rpartition("/")
    found = _CLASS.fullmatch(name.strip())
    if found is None or int(found["grade"]) not in GRADES:
        raise CellRefusalError("Ожидался класс, например 4А, или edu123456/4А")
    return ClassName(
        grade=int(found["grade"]),
        letter=found["letter"].upper(),
        school=school_login(school.strip()) if slash else None,
    )


def own_class_name(text: str) -> ClassName:
    """A class of the school that the row names: 4А."""
    found = class_name(text)
    if found.school is not None:
        raise CellRefusalError("Ожидался класс без школы, например 4А")
    return found
