"""The registers that people bring: schools, classes, experts, conflicts, codes, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from app.exchange.columns import (
    CellRefusalError,
    ClassName,
    Column,
    choice_of,
    class_name,
    code,
    day,
    list_of,
    login,
    own_class_name,
    school_login,
    text_of,
    whole_of,
)
from app.models.experts import ConflictCategory, ConflictLevel
from scoring.results import CLASS_SERIALS

Record = TypeVar("Record")

YES_NO = {"да": True, "нет": False}
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
class Register(Generic[Record]):
    """A register: its columns and the record of a row.

    Attributes:
        key: Name in addresses and files.
        title: Name for people, also of the template's sheet.
        columns: The columns, in the template's order.
        make: Values by column name -> record; raises `CellRefusalError`.
        identity: What two rows may not share.
    """

    key: str
    title: str
    columns: Sequence[Column]
    make: Callable[..., Record]
    identity: Callable[[Record], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolRecord:
    """A school of the municipality; None: the file does not say whether it takes part."""

    login: str
    name: str
    participating: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassRecord:
    """A class; `serial` is its number in the form of results."""

    school: str
    grade: int
    letter: str
    serial: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectSince:
    """A subject that a teacher teaches, and the day since when."""

    subject: str
    since_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertRecord:
    """A teacher who can score; a class without a school is one of his main school.

    None: the file does not speak of other schools, or of classes.
    """

    login: str
    name: str
    school: str
    other_schools: tuple[str, ...] | None
    subjects: tuple[SubjectSince, ...]
    classes: tuple[ClassName, ...] | None
    capacity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictRecord:
    """A declared conflict of interest; class and code are those of `school`."""

    expert: str
    level: ConflictLevel
    school: str
    class_name: ClassName | None
    code: str | None
    category: ConflictCategory


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeRecord:
    """A participant's code, issued in a class."""

    school: str
    class_name: ClassName
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingRecord:
    """A school that a year's list of non-objective results names."""

    school: str
    year: int
    source: str


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


def make_conflict(
    *, expert: str, level: ConflictLevel, ref: str, category: ConflictCategory
) -> ConflictRecord:
    """The record of a conflict; what the reference means depends on the level."""
    school, slash, inner = ref.partition("/")
    if (level is ConflictLevel.SCHOOL) == bool(slash):
        raise CellRefusalError(
            "Ожидалось: для школы её логин, для класса логин/класс, для кода логин/код"
        )
    return ConflictRecord(
        expert=expert,
        level=level,
        school=school_login(school.strip()),
        class_name=own_class_name(inner.strip()) if level is ConflictLevel.CLASS else None,
        code=code(inner.strip()) if level is ConflictLevel.CODE else None,
        category=category,
    )


def make_class(*, school: str, class_name: ClassName, serial: int) -> ClassRecord:
    """The record of a class."""
    return ClassRecord(
        school=school, grade=class_name.grade, letter=class_name.letter, serial=serial
    )


SCHOOL_LOGIN = Column(
    name="school",
    header="Логин ОО",
    help="Логин школы, например edu123456",
    parse=school_login,
    example="edu123456",
)
CLASS_NAME = Column(
    name="class_name", header="Класс", help="Класс: 4А", parse=own_class_name, example="4А"
)

SCHOOLS = Register(
    key="schools",
    title="Школы",
    make=SchoolRecord,
    identity=lambda school: school.login,
    columns=(
        Column(
            name="login",
            header="Логин ОО",
            help="Логин школы в федеральной системе: edu и шесть цифр",
            parse=school_login,
            example="edu123456",
        ),
        Column(
            name="name",
            header="Название ОО",
            help="Краткое название школы",
            parse=text_of(200),
            example="Школа № 1",
        ),
        Column(
            name="participating",
            header="Участвует",
            help="Участвует ли школа в этой проверке: да или нет; пусто значит да",
            parse=choice_of(YES_NO),
            example="да",
            required=False,
            default=True,
            kept=True,
            choices=tuple(YES_NO),
        ),
    ),
)

CLASSES = Register(
    key="classes",
    title="Классы",
    make=make_class,
    identity=lambda found: (found.school, found.grade, found.letter),
    columns=(
        SCHOOL_LOGIN,
        CLASS_NAME,
        Column(
            name="serial",
            header="Порядковый номер класса",
            help="Номер класса в форме сбора результатов, от 1 до 50",
            parse=whole_of(CLASS_SERIALS[0], CLASS_SERIALS[-1]),
            example="1",
        ),
    ),
)

EXPERTS = Register(
    key="experts",
    title="Эксперты",
    make=ExpertRecord,
    identity=lambda expert: expert.login,
    columns=(
        Column(
            name="login",
            header="Логин эксперта",
            help="Логин учителя: латинские буквы и цифры",
            parse=login,
            example="ivanova1",
        ),
        Column(
            name="name",
            header="ФИО эксперта",
            help="Фамилия, имя, отчество учителя",
            parse=text_of(200),
            example="Учитель Первый",
        ),
        SCHOOL_LOGIN,
        Column(
            name="other_schools",
            header="Другие ОО",
            help="Логины других школ, где учитель тоже работает, через точку с запятой",
            parse=list_of(school_login),
            example="edu123457; edu123458",
            required=False,
            default=(),
            kept=True,
        ),
        Column(
            name="subjects",
            header="Предметы",
            help="Предмет и дата, с которой преподаёт: «Русский язык: 01.09.2015; …»",
            parse=subjects_since,
            example="Русский язык: 01.09.2015; Литературное чтение: 01.09.2020",
        ),
        Column(
            name="classes",
            header="Классы",
            help="Классы, где ведёт уроки: «4А; 4Б»; в другой школе: «edu123457/4В»",
            parse=list_of(class_name),
            example="4А; edu123457/4В",
            required=False,
            default=(),
            kept=True,
        ),
        Column(
            name="capacity",
            header="Сколько работ",
            help="Сколько работ эксперт может проверить, от 0 до 1000",
            parse=whole_of(0, 1000),
            example="30",
        ),
    ),
)

CONFLICTS = Register(
    key="conflicts",
    title="Конфликты интересов",
    make=make_conflict,
    identity=lambda found: (found.expert, found.level, found.school, found.class_name, found.code),
    columns=(
        Column(
            name="expert",
            header="Логин эксперта",
            help="Логин учителя",
            parse=login,
            example="ivanova1",
        ),
        Column(
            name="level",
            header="Уровень",
            help="На что распространяется: школа, класс или код",
            parse=choice_of(LEVELS),
            example="класс",
            choices=tuple(LEVELS),
        ),
        Column(
            name="ref",
            header="С кем",
            help="Школа: edu123456; класс: edu123456/4А; код участника: edu123456/00012. Без имён",
            parse=text_of(60),
            example="edu123456/4А",
            as_text=True,
        ),
        Column(
            name="category",
            header="Причина",
            help="Только категория; имён и подробностей не писать",
            parse=choice_of(CATEGORIES),
            example="родственник",
            choices=tuple(CATEGORIES),
        ),
    ),
)

CODES = Register(
    key="codes",
    title="Коды участников",
    make=CodeRecord,
    identity=lambda found: (found.school, found.code),
    columns=(
        SCHOOL_LOGIN,
        CLASS_NAME,
        Column(
            name="code",
            header="Код участника",
            help="Код участника: только цифры, нули в начале сохраняются. Имён нет",
            parse=code,
            example="00012",
            as_text=True,
        ),
    ),
)

LISTED = Register(
    key="listed",
    title="Списки необъективных",
    make=ListingRecord,
    identity=lambda found: (found.school, found.year),
    columns=(
        SCHOOL_LOGIN,
        Column(
            name="year",
            header="Год списка",
            help="За какой год составлен список",
            parse=whole_of(2015, 2100),
            example="2025",
        ),
        Column(
            name="source",
            header="Документ",
            help="Каким документом школа названа в списке",
            parse=text_of(300),
            example="Письмо министерства от 12.09.2025 № 4-17",
        ),
    ),
)

REGISTERS: Mapping[str, Register[Any]] = {
    register.key: register for register in (SCHOOLS, CLASSES, EXPERTS, CONFLICTS, CODES, LISTED)
}
