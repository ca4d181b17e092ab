"""Who and what the made-up municipality consists of; all names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MUNICIPALITY = "Демонстрационный район"
RUSSIAN, MATHS, ENGLISH = "Русский язык", "Математика", "Английский язык"
PUPILS_IN_CLASS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class CastSchool:
    """A school with two classes that take part."""

    login: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CastExpert:
    """A teacher: his school by number, what he teaches since when, and his capacity.

    `since` is None for one in the first year of the subject, whatever year the demo runs in.
    """

    school: int
    name: str
    subjects: tuple[str, ...]
    since: date | None
    capacity: int
    teaches: tuple[str, ...] = ()
    also_at: tuple[str, ...] = ()
    in_commission: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CastExam:
    """An exam of the campaign, by its ready description; pages are those of one script."""

    subject: str
    grade: int
    readings: int
    pages: int


SCHOOLS = tuple(
    CastSchool(login=f"edu90000{number}", name=f"Школа № {number}") for number in range(1, 6)
)
EXAMS = (
    CastExam(subject=RUSSIAN, grade=4, readings=2, pages=2),
    CastExam(subject=MATHS, grade=4, readings=1, pages=2),
    CastExam(subject=ENGLISH, grade=8, readings=1, pages=1),
)
_PRIMARY = (RUSSIAN, MATHS)
_LONG_AGO = date(2012, 9, 1)


def _expert(
    school: int,
    name: str,
    subjects: tuple[str, ...],
    capacity: int,
    *,
    since: date | None = _LONG_AGO,
    teaches: tuple[str, ...] = (),
    also_at: tuple[str, ...] = (),
    in_commission: bool = False,
) -> CastExpert:
    return CastExpert(
        school=school,
        name=name,
        subjects=subjects,
        since=since,
        capacity=capacity,
        teaches=teaches,
        also_at=also_at,
        in_commission=in_commission,
    )


CLASSES = {4: ("А",), 8: ("А", "Б")}
# The fifth school is short of experts: one primary teacher, who teaches the class that writes,
# and one English teacher in the first year of the subject.
EXPERTS = (
    _expert(1, "Берёзкина А. А.", _PRIMARY, 40, teaches=("4А",)),
    _expert(1, "Ольховская Б. Б.", _PRIMARY, 40, in_commission=True),
    _expert(1, "Рябинина В. В.", _PRIMARY, 40, in_commission=True),
    _expert(1, "Кленова Г. Г.", (ENGLISH,), 30, teaches=("8А",), in_commission=True),
    _expert(1, "Осинкин Д. Д.", (ENGLISH,), 30),
    _expert(2, "Ивушкина Е. Е.", _PRIMARY, 40, teaches=("4А",)),
    _expert(2, "Тополева Ж. Ж.", _PRIMARY, 40, in_commission=True),
    _expert(2, "Ясенев З. З.", (ENGLISH,), 30, in_commission=True),
    _expert(2, "Липина И. И.", (ENGLISH,), 30),
    _expert(3, "Сосновская К. К.", _PRIMARY, 40, teaches=("4А",)),
    _expert(3, "Елкина Л. Л.", _PRIMARY, 40, in_commission=True),
    _expert(3, "Пихтина М. М.", _PRIMARY, 40),
    _expert(3, "Кедров Н. Н.", (ENGLISH,), 30, also_at=("edu900004",)),
    _expert(3, "Туева О. О.", (ENGLISH,), 30, in_commission=True),
    _expert(4, "Вязова П. П.", _PRIMARY, 40, teaches=("4А",)),
    _expert(4, "Грабова Р. Р.", _PRIMARY, 40, in_commission=True),
    _expert(4, "Каштанова С. С.", (ENGLISH,), 30, in_commission=True),
    _expert(4, "Черёмухина Т. Т.", _PRIMARY, 40),
    _expert(5, "Калинина У. У.", _PRIMARY, 20, teaches=("4А",)),
    _expert(5, "Бузинова Ф. Ф.", (ENGLISH,), 30, since=None),
)
# The visitor's expert: he has works waiting.
VISITOR = 3
# (expert's place in EXPERTS, level, what it reaches, category): by login of school and class.
CONFLICTS = (
    (1, "class", "edu900002/4А", "relative"),
    (7, "school", "edu900003", "former_workplace"),
    (10, "class", "edu900004/4А", "tutor"),
)
