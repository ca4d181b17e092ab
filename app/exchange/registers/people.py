"""Registers of people: experts, their conflicts of interest, participants by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.exchange.columns import (
    CellRefusalError,
    ClassName,
    class_name,
    code,
    day,
    list_of,
    login,
    own_class_name,
    school_login,
    text_of,
)
from app.exchange.registers.shape import (
    CLASS,
    SCHOOL,
    Register,
    cell,
    number,
    one_of,
    optional,
    refuse_unless,
)
from app.models.experts import ConflictCategory, ConflictLevel

LEVELS: Mapping[str, ConflictLevel] = {
    "школа": ConflictLevel.SCHOOL,
    "класс": ConflictLevel.CLASS,
    "код": ConflictLevel.CODE,
}
CATEGORIES: Mapping[str, ConflictCategory] = {
    "родственник": ConflictCategory.RELATIVE,
    "репетитор": ConflictCategory.TUTOR,
    "прежнее место работы": ConflictCategory.FORMER_WORKPLACE,
    "спор": ConflictCategory.DISPUTE,
    "самоотвод": ConflictCategory.RECUSAL,
    "иное": ConflictCategory.OTHER,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectSince:
    """A subject that a teacher teaches, and the day since when."""

    subject: str
    since_on: date


def subject_since(text: str) -> SubjectSince:
    """`Русский язык: 01.09.2015`."""
    subject, colon, since = text.rpartition(":")
    if not colon or not subject.strip():
        raise CellRefusalError("Ожидалось «предмет: дата», например «Русский язык: 01.09.2015»")
    name = text_of(100)(subject.strip())
    return SubjectSince(subject=name, since_on=day(since.strip()))


def subjects_since(text: str) -> tuple[SubjectSince, ...]:
    """Several subjects, none twice."""
    found: tuple[SubjectSince, ...] = list_of(subject_since)(text)
    if len({one.subject.casefold() for one in found}) < len(found):
        raise CellRefusalError("Один предмет указан дважды")
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertRecord:
    """A teacher who can score; a class without a school is one of his main school.

    None: the file does not speak of other schools, or of classes.
    """

    login: str = field(
        metadata=cell("Логин эксперта", "Логин учителя: латинские буквы и цифры", login, "ivanova1")
    )
    name: str = field(
        metadata=cell(
            "ФИО эксперта", "Фамилия, имя, отчество учителя", text_of(200), "Учитель Первый"
        )
    )
    school: str = field(metadata=SCHOOL)
    other_schools: tuple[str, ...] | None = field(
        metadata=optional(
            "Другие ОО",
            "Логины других школ, где учитель тоже работает, через точку с запятой",
            list_of(school_login, commas=True),
            "edu123457; edu123458",
            default=(),
            kept=True,
        )
    )
    subjects: tuple[SubjectSince, ...] = field(
        metadata=cell(
            "Предметы",
            "Предмет и дата, с которой преподаёт: «Русский язык: 01.09.2015; …»",
            subjects_since,
            "Русский язык: 01.09.2015; Литературное чтение: 01.09.2020",
        )
    )
    classes: tuple[ClassName, ...] | None = field(
        metadata=optional(
            "Классы",
            "Классы, где ведёт уроки: «4А; 4Б»; в другой школе: «edu123457/4В»",
            list_of(class_name, commas=True),
            "4А; edu123457/4В",
            default=(),
            kept=True,
        )
    )
    capacity: int = field(
        metadata=number(
            "Сколько работ",
            "Сколько работ эксперт может проверить, от 0 до 1000",
            0,
            1000,
            example="30",
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictRecord:
    """A declared conflict of interest; what the reference means depends on the level.

    `ref` becomes `edu123456`, `edu123456/4А` or `edu123456/00012`.
    """

    expert: str = field(metadata=cell("Логин эксперта", "Логин учителя", login, "ivanova1"))
    level: ConflictLevel = field(
        metadata=one_of("Уровень", "На что распространяется: школа, класс или код", LEVELS, "класс")
    )
    ref: str = field(
        metadata=cell(
            "С кем",
            "Школа: edu123456; класс: edu123456/4А; код участника: edu123456/00012. Без имён",
            text_of(60),
            "edu123456/4А",
            as_text=True,
        )
    )
    category: ConflictCategory = field(
        metadata=one_of(
            "Причина", "Только категория; имён и подробностей не писать", CATEGORIES, "родственник"
        )
    )

    def __post_init__(self) -> None:
        school, slash, inner = (part.strip() for part in self.ref.partition("/"))
        refuse_unless(
            (self.level is ConflictLevel.SCHOOL) != bool(slash),
            "Ожидалось: для школы её логин, для класса логин/класс, для кода логин/код",
        )
        ref = school_login(school)
        if self.level is ConflictLevel.CLASS:
            ref = f"{ref}/{own_class_name(inner).shown}"
        if self.level is ConflictLevel.CODE:
            ref = f"{ref}/{code(inner)}"
        object.__setattr__(self, "ref", ref)


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeRecord:
    """A participant's code, issued in a class."""

    school: str = field(metadata=SCHOOL)
    class_name: ClassName = field(metadata=CLASS)
    code: str = field(
        metadata=cell(
            "Код участника",
            "Код участника: только цифры, нули в начале сохраняются. Имён нет",
            code,
            "00012",
            as_text=True,
        )
    )


EXPERTS = Register(
    key="experts", title="Эксперты", record=ExpertRecord, identity=lambda expert: expert.login
)
CONFLICTS = Register(
    key="conflicts",
    title="Конфликты интересов",
    record=ConflictRecord,
    identity=lambda found: (found.expert, found.level, found.ref),
)
CODES = Register(
    key="codes",
    title="Коды участников",
    record=CodeRecord,
    identity=lambda found: (found.school, found.code),
)
