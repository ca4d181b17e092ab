"""Registers of one campaign: what schools declare to it, and the lines of its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.exchange.columns import CellRefusalError, choice_of, day, list_of, text_of, whole_of
from app.exchange.registers.shape import (
    GRADE,
    PARTICIPATING,
    SCHOOL,
    SCHOOL_NAME,
    SUBJECT,
    Register,
    cell,
    date_or_blank,
    number,
    one_of,
    optional,
    refuse_unless,
)
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
SCHOOL_LEVELS = {"НОО": "НОО", "ООО": "ООО", "СОО": "СОО"}
_GRADES_OF = {"НОО": range(1, 5), "ООО": range(5, 10), "СОО": range(10, 12)}


@dataclass(frozen=True, kw_only=True, slots=True)
class GradeSubjects:
    """The subjects that a grade writes."""

    grade: int
    subjects: tuple[str, ...]


def grade_subjects(text: str) -> GradeSubjects:
    """`4: Русский язык, Математика`."""
    grade, colon, names = text.partition(":")
    subjects = tuple(" ".join(one.split()) for one in names.split(",") if one.strip())
    if not colon or not subjects:
        raise CellRefusalError("Ожидалось «параллель: предметы», например «4: Математика»")
    return GradeSubjects(grade=whole_of(1, 11)(grade.strip()), subjects=subjects)


@dataclass(frozen=True, kw_only=True, slots=True)
class FactsRecord:
    """A school's line in the verified list; a grade that its levels do not have is refused."""

    school: str = field(metadata=SCHOOL)
    name: str = field(metadata=SCHOOL_NAME)
    kind: SchoolKind = field(
        metadata=one_of("Тип ОО", "Тип школы, одно слово из списка", KINDS, "средняя школа")
    )
    levels: tuple[str, ...] = field(
        metadata=cell(
            "Уровни",
            "Уровни образования через точку с запятой: НОО; ООО; СОО",
            list_of(choice_of(SCHOOL_LEVELS), commas=True),
            "НОО; ООО",
        )
    )
    participating: bool | None = field(metadata=PARTICIPATING)
    takes: tuple[GradeSubjects, ...] = field(
        metadata=optional(
            "Параллели и предметы",
            "Что пишет школа: «4: Русский язык, Математика; 5: История»",
            list_of(grade_subjects),
            "4: Русский язык, Математика; 5: История",
            default=(),
        )
    )

    def __post_init__(self) -> None:
        grades = {grade for level in self.levels for grade in _GRADES_OF[level]}
        for one in self.takes:
            refuse_unless(
                one.grade in grades,
                "Параллель %(grade)s не относится к уровням школы: %(levels)s",
                grade=one.grade,
                levels=", ".join(self.levels),
            )
        different = {one.grade for one in self.takes}
        refuse_unless(len(different) == len(self.takes), "Одно значение указано дважды")


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplicationRecord:
    """A school's application to one exam; `held_on` is its day in the timetable."""

    school: str = field(metadata=SCHOOL)
    subject: str = field(metadata=SUBJECT)
    grade: int = field(metadata=GRADE)
    classes: int = field(metadata=number("Классов", "Сколько классов пишет работу", 1, 50))
    participants: int = field(metadata=number("Участников", "Сколько участников всего", 1, 2000))
    held_on: date | None = field(
        metadata=date_or_blank("День работы", "День работы в школе по её расписанию")
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionnaireRecord:
    """A school's questionnaire."""

    school: str = field(metadata=SCHOOL)
    rooms: int = field(metadata=number("Аудиторий", "Сколько аудиторий займёт работа", 1, 200))
    organisers: int = field(
        metadata=number("Организаторов", "Сколько организаторов в аудиториях", 1, 400)
    )
    scanners: int = field(metadata=number("Сканеров", "Сколько сканеров в школе", 0, 100))
    printers: int = field(metadata=number("Принтеров", "Сколько принтеров в школе", 0, 100))
    remark: str = field(
        metadata=optional(
            "Примечание",
            "Что ещё важно; без имён",
            text_of(300),
            "Сканер один на два здания",
            default="",
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertNumberRecord:
    """How many experts of a subject a school can give."""

    school: str = field(metadata=SCHOOL)
    subject: str = field(metadata=SUBJECT)
    experts: int = field(metadata=number("Экспертов", "Сколько экспертов школа может дать", 0, 200))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRecord:
    """A line of the order: dates of one exam; an empty one follows from the campaign's terms."""

    subject: str = field(metadata=SUBJECT)
    grade: int = field(metadata=GRADE)
    held_on: date = field(metadata=cell("День работы", "День работы по приказу", day, "21.04.2026"))
    scoring_ends_on: date | None = field(
        metadata=date_or_blank("Проверка до", "Последний день проверки; пусто: по сроку")
    )
    form_due_on: date | None = field(
        metadata=date_or_blank("Форма до", "День загрузки формы; пусто: по сроку")
    )
    results_on: date | None = field(
        metadata=date_or_blank("Результаты", "День официальных результатов, если назван")
    )


def facts_cells(
    *,
    login: str,
    name: str,
    participating: bool,
    kind: SchoolKind | None = None,
    levels: Sequence[str] = (),
    takes: Mapping[str, Sequence[str]] | None = None,
) -> tuple[str, ...]:
    """A school's line of the list as it is written: the same columns that are read."""
    words = {value: word for word, value in KINDS.items()}
    return (
        login,
        name,
        words[kind] if kind else "",
        "; ".join(levels),
        "да" if participating else "нет",
        "; ".join(f"{grade}: {', '.join(names)}" for grade, names in (takes or {}).items()),
    )


FACTS = Register(
    key="facts", title="Список ОО", record=FactsRecord, identity=lambda one: one.school
)
APPLICATIONS = Register(
    key="applications",
    title="Заявки",
    record=ApplicationRecord,
    identity=lambda one: (one.school, one.subject.casefold(), one.grade),
)
QUESTIONNAIRES = Register(
    key="questionnaires",
    title="Анкеты",
    record=QuestionnaireRecord,
    identity=lambda one: one.school,
)
EXPERT_NUMBERS = Register(
    key="expert_numbers",
    title="Число экспертов",
    record=ExpertNumberRecord,
    identity=lambda one: (one.school, one.subject.casefold()),
)
PLAN = Register(
    key="plan",
    title="План-график",
    record=PlanRecord,
    identity=lambda one: (one.subject.casefold(), one.grade),
)
