"""What schools declare to a campaign, as registers, and the lines of its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.exchange.columns import (
    CellRefusalError,
    Column,
    choice_of,
    day,
    list_of,
    text_of,
    whole_of,
)
from app.exchange.registers import REGISTERS, SCHOOL_LOGIN, YES_NO, Register
from app.models.lists import SchoolKind

KINDS: Mapping[str, SchoolKind] = {
    "начальная школа": SchoolKind.PRIMARY,
    "основная школа": SchoolKind.BASIC,
    "средняя школа": SchoolKind.SECONDARY,
    "гимназия": SchoolKind.GYMNASIUM,
    "лицей": SchoolKind.LYCEUM,
    "кадетская школа": SchoolKind.CADET,
    "школа-интернат": SchoolKind.BOARDING,
    "коррекционная школа": SchoolKind.SPECIAL,
    "СПО": SchoolKind.VOCATIONAL,
    "иная": SchoolKind.OTHER,
}
LEVELS = {"НОО": "НОО", "ООО": "ООО", "СОО": "СОО"}
_GRADES_OF = {"НОО": range(1, 5), "ООО": range(5, 10), "СОО": range(10, 12)}


@dataclass(frozen=True, kw_only=True, slots=True)
class GradeSubjects:
    """The subjects that a grade writes."""

    grade: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FactsRecord:
    """A school's line in the verified list."""

    school: str
    name: str
    kind: SchoolKind
    levels: tuple[str, ...]
    participating: bool | None
    takes: tuple[GradeSubjects, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplicationRecord:
    """A school's application to one exam; `held_on` is its day in the timetable."""

    school: str
    subject: str
    grade: int
    classes: int
    participants: int
    held_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionnaireRecord:
    """A school's questionnaire."""

    school: str
    rooms: int
    organisers: int
    scanners: int
    printers: int
    remark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertNumberRecord:
    """How many experts of a subject a school can give."""

    school: str
    subject: str
    experts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRecord:
    """A line of the order: dates of one exam; an empty one follows from the campaign's terms."""

    subject: str
    grade: int
    held_on: date
    scoring_ends_on: date | None
    form_due_on: date | None
    results_on: date | None


def grade_subjects(text: str) -> GradeSubjects:
    """`4: Русский язык, Математика`."""
    grade, colon, names = text.partition(":")
    subjects = tuple(" ".join(one.split()) for one in names.split(",") if one.strip())
    if not colon or not subjects:
        raise CellRefusalError("Ожидалось «параллель: предметы», например «4: Математика»")
    return GradeSubjects(grade=whole_of(1, 11)(grade.strip()), subjects=subjects)


def make_facts(
    *,
    school: str,
    name: str,
    kind: SchoolKind,
    levels: tuple[str, ...],
    participating: bool | None,
    takes: tuple[GradeSubjects, ...],
) -> FactsRecord:
    """The record of a line; a grade that the school's levels do not have is refused."""
    grades = {grade for level in levels for grade in _GRADES_OF[level]}
    for one in takes:
        if one.grade not in grades:
            raise CellRefusalError(
                "Параллель %(grade)s не относится к уровням школы: %(levels)s",
                grade=one.grade,
                levels=", ".join(levels),
            )
    if len({one.grade for one in takes}) < len(takes):
        raise CellRefusalError("Одно значение указано дважды")
    return FactsRecord(
        school=school,
        name=name,
        kind=kind,
        levels=levels,
        participating=participating,
        takes=takes,
    )


SUBJECT = Column(
    name="subject",
    header="Предмет",
    help="Предмет, как в приказе",
    parse=text_of(100),
    example="Русский язык",
)
GRADE = Column(
    name="grade",
    header="Параллель",
    help="Параллель: число от 1 до 11",
    parse=whole_of(1, 11),
    example="4",
)


def _number(name: str, header: str, help_text: str, first: int, last: int) -> Column:
    return Column(
        name=name, header=header, help=help_text, parse=whole_of(first, last), example="3"
    )


def _day(name: str, header: str, help_text: str, *, required: bool = False) -> Column:
    return Column(
        name=name,
        header=header,
        help=help_text,
        parse=day,
        example="21.04.2026",
        required=required,
    )


FACTS = Register(
    key="facts",
    title="Список ОО",
    make=make_facts,
    identity=lambda one: one.school,
    columns=(
        SCHOOL_LOGIN,
        Column(
            name="name",
            header="Название ОО",
            help="Краткое название школы",
            parse=text_of(200),
            example="Школа № 1",
        ),
        Column(
            name="kind",
            header="Тип ОО",
            help="Тип школы, одно слово из списка",
            parse=choice_of(KINDS),
            example="средняя школа",
            choices=tuple(KINDS),
        ),
        Column(
            name="levels",
            header="Уровни",
            help="Уровни образования через точку с запятой: НОО; ООО; СОО",
            parse=list_of(choice_of(LEVELS)),
            example="НОО; ООО",
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
        Column(
            name="takes",
            header="Параллели и предметы",
            help="Что пишет школа: «4: Русский язык, Математика; 5: История»",
            parse=list_of(grade_subjects),
            example="4: Русский язык, Математика; 5: История",
            required=False,
            default=(),
        ),
    ),
)
APPLICATIONS = Register(
    key="applications",
    title="Заявки",
    make=ApplicationRecord,
    identity=lambda one: (one.school, one.subject.casefold(), one.grade),
    columns=(
        SCHOOL_LOGIN,
        SUBJECT,
        GRADE,
        _number("classes", "Классов", "Сколько классов пишет работу", 1, 50),
        _number("participants", "Участников", "Сколько участников всего", 1, 2000),
        _day("held_on", "День работы", "День работы в школе по её расписанию"),
    ),
)
QUESTIONNAIRES = Register(
    key="questionnaires",
    title="Анкеты",
    make=QuestionnaireRecord,
    identity=lambda one: one.school,
    columns=(
        SCHOOL_LOGIN,
        _number("rooms", "Аудиторий", "Сколько аудиторий займёт работа", 1, 200),
        _number("organisers", "Организаторов", "Сколько организаторов в аудиториях", 1, 400),
        _number("scanners", "Сканеров", "Сколько сканеров в школе", 0, 100),
        _number("printers", "Принтеров", "Сколько принтеров в школе", 0, 100),
        Column(
            name="remark",
            header="Примечание",
            help="Что ещё важно; без имён",
            parse=text_of(300),
            example="Сканер один на два здания",
            required=False,
            default="",
        ),
    ),
)
EXPERT_NUMBERS = Register(
    key="expert_numbers",
    title="Число экспертов",
    make=ExpertNumberRecord,
    identity=lambda one: (one.school, one.subject.casefold()),
    columns=(
        SCHOOL_LOGIN,
        SUBJECT,
        _number("experts", "Экспертов", "Сколько экспертов школа может дать", 0, 200),
    ),
)
PLAN = Register(
    key="plan",
    title="План-график",
    make=PlanRecord,
    identity=lambda one: (one.subject.casefold(), one.grade),
    columns=(
        SUBJECT,
        GRADE,
        _day("held_on", "День работы", "День работы по приказу", required=True),
        _day("scoring_ends_on", "Проверка до", "Последний день проверки; пусто: по сроку"),
        _day("form_due_on", "Форма до", "День загрузки формы; пусто: по сроку"),
        _day("results_on", "Результаты", "День официальных результатов, если назван"),
    ),
)
LISTS: Mapping[str, Register[Any]] = {
    one.key: one for one in (FACTS, APPLICATIONS, QUESTIONNAIRES, EXPERT_NUMBERS, PLAN)
}
"""Registers of one campaign; the order in which a year goes."""
ALL_REGISTERS: Mapping[str, Register[Any]] = {**REGISTERS, **LISTS}
