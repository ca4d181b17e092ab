"""Words of closed lists as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectChoice

from app.access import Role
from app.bridge.titles import EXAM_TITLE, ExamTitle
from app.exchange.problems import Problem
from app.models import ConflictCategory, ConflictLevel, SchoolKind, Territory
from assignment import Sentence
from scanning import Fault

ROLES = {
    Role.ADMINISTRATOR: _("Администратор"),
    Role.REGIONAL_COORDINATOR: _("Региональный координатор"),
    Role.RESPONSIBLE_COORDINATOR: _("Ответственный координатор"),
    Role.MUNICIPAL_COORDINATOR: _("Муниципальный координатор"),
    Role.COMMISSION_CHAIR: _("Председатель комиссии"),
    Role.COMMISSION_MEMBER: _("Член комиссии"),
    Role.SCHOOL_COORDINATOR: _("Координатор в ОО"),
    Role.TECHNICAL_SPECIALIST: _("Технический специалист"),
    Role.EXPERT: _("Эксперт"),
}
LEVELS = {
    ConflictLevel.SCHOOL: _("Школа"),
    ConflictLevel.CLASS: _("Класс"),
    ConflictLevel.CODE: _("Одна работа"),
}
CATEGORIES = {
    ConflictCategory.RELATIVE: _("Родственник"),
    ConflictCategory.TUTOR: _("Репетитор"),
    ConflictCategory.FORMER_WORKPLACE: _("Прежнее место работы"),
    ConflictCategory.DISPUTE: _("Спор"),
    ConflictCategory.RECUSAL: _("Самоотвод без объяснения"),
    ConflictCategory.OTHER: _("Иное"),
}
TERRITORIES = {
    Territory.MUNICIPALITY: _("Муниципалитет"),
    Territory.RESPONSIBLE: _("Школы вне муниципалитетов (ответственный координатор)"),
}

# Places of sentences that texts fill: an expectation, a column's help, what a key stands for.
PLACES_OF_TEXTS = frozenset({"expected", "help", "named", "what"})


def choices_of(words: Mapping[Any, str]) -> list[SelectChoice]:
    """The members of a closed list for a select, in the order of their words."""
    return [SelectChoice(value=member.value, label=label) for member, label in words.items()]


class OfExam(Protocol):
    """Whatever says which exam it belongs to."""

    @property
    def subject(self) -> str:
        """The exam's subject."""

    @property
    def grade(self) -> int:
        """The exam's grade."""


def exam_title(exam: OfExam) -> str:
    """What the exam is called in the reader's language."""
    return str(gettext(EXAM_TITLE, subject=exam.subject, grade=exam.grade))


def told(text: str, params: Mapping[str, object]) -> str:
    """A sentence in the reader's language, with the sentences and titles inside it."""
    shown = {place: _shown(place, value) for place, value in params.items()}
    return str(gettext(text)) % shown


def said(name: str | Sentence) -> str:
    """A name as it is written, or in the reader's language where it is made of words."""
    return name.rendered(gettext) if isinstance(name, Sentence) else name


def _shown(place: str, value: object) -> object:
    match value:
        case ExamTitle():
            return exam_title(value)
        case Sentence():
            return said(value)
        case Problem():
            found = f"«{value.value}»" if value.value else gettext("пусто")
            return f"{value.place}: {found}. {told(value.text, value.params)}"
        case str() if place in PLACES_OF_TEXTS:
            return str(gettext(value))
        case _:
            return value


# What is wrong with a scan, and what to do about it.
FAULTS = {
    Fault.BLURRED: (_("размыто"), _("протрите стекло сканера и прижмите лист")),
    Fault.DARK: (_("темно"), _("уменьшите затемнение в настройках сканера")),
    Fault.FAINT: (
        _("бледно"),
        _("при решении и проверке бледное можно усилить; лучше сканировать контрастнее"),
    ),
    Fault.CROPPED: (_("обрезано"), _("положите лист целиком на стекло")),
    Fault.LOW_RESOLUTION: (_("низкое разрешение"), _("сканируйте с 300 точками на дюйм")),
}

SCHOOL_KINDS = {
    SchoolKind.PRIMARY: _("начальная школа"),
    SchoolKind.BASIC: _("основная школа"),
    SchoolKind.SECONDARY: _("средняя школа"),
    SchoolKind.GYMNASIUM: _("гимназия"),
    SchoolKind.LYCEUM: _("лицей"),
    SchoolKind.CADET: _("кадетская школа"),
    SchoolKind.BOARDING: _("школа-интернат"),
    SchoolKind.SPECIAL: _("коррекционная школа"),
    SchoolKind.VOCATIONAL: _("СПО"),
    SchoolKind.OTHER: _("иная"),
}
