"""What a register is: a record whose fields say what stands in their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from app.exchange.columns import (
    CellRefusalError,
    Column,
    choice_of,
    day,
    own_class_name,
    school_login,
    text_of,
    whole_of,
)

Record = TypeVar("Record")
Cell = Mapping[str, Column]

YES_NO = {"да": True, "нет": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Register(Generic[Record]):
    """A register: what is kept of a row, and under which name.

    Attributes:
        key: Name in addresses and files.
        title: Name for people, also of the template's sheet.
        record: What a row becomes: a dataclass each of whose fields names its column by `cell`;
            it raises `CellRefusalError` where its values do not fit together.
        identity: What two rows may not share.
    """

    key: str
    title: str
    record: type[Record]
    identity: Callable[[Record], object]

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the order of the record's fields."""
        return tuple(
            replace(one.metadata["column"], name=one.name)
            for one in fields(self.record)  # type: ignore[arg-type]
        )


def cell(
    header: str, help_text: str, parse: Callable[[str], Any], example: str, **more: Any
) -> Cell:
    """What a field says of its column; `more` as `Column` has it."""
    column = Column(header=header, help=help_text, parse=parse, example=example, **more)
    return {"column": column}


def optional(
    header: str, help_text: str, parse: Callable[[str], Any], example: str, **more: Any
) -> Cell:
    """The same, where a blank cell is right: it becomes the default, or None."""
    return cell(header, help_text, parse, example, required=False, **more)


def number(header: str, help_text: str, first: int, last: int, *, example: str = "3") -> Cell:
    """A column of whole numbers within bounds."""
    return cell(header, help_text, whole_of(first, last), example)


def one_of(header: str, help_text: str, words: Mapping[str, Any], example: str) -> Cell:
    """A column of one of some words, offered as a list."""
    return cell(header, help_text, choice_of(words), example, choices=tuple(words))


def date_or_blank(header: str, help_text: str) -> Cell:
    """A column of days, where a blank cell says that there is none."""
    return optional(header, help_text, day, "21.04.2026")


def refuse_unless(right: bool, text: str, **params: object) -> None:  # noqa: FBT001 - a condition
    """Pass when the values of a row fit together.

    Raises:
        CellRefusalError: they do not; the sentence tells the expectation.
    """
    if not right:
        raise CellRefusalError(text, **params)


SCHOOL = cell("Логин ОО", "Логин школы, например edu123456", school_login, "edu123456")
SCHOOL_NAME = cell("Название ОО", "Краткое название школы", text_of(200), "Школа № 1")
CLASS = cell("Класс", "Класс: 4А", own_class_name, "4А")
SUBJECT = cell("Предмет", "Предмет, как в приказе", text_of(100), "Русский язык")
GRADE = number("Параллель", "Параллель: число от 1 до 11", 1, 11, example="4")
PARTICIPATING = optional(
    "Участвует",
    "Участвует ли школа в этой проверке: да или нет; пусто значит да",
    choice_of(YES_NO),
    "да",
    default=True,
    kept=True,
    choices=tuple(YES_NO),
)
