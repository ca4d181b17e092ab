"""Words of closed lists as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice

from app.access import Role
from app.models import ConflictCategory, ConflictLevel, Territory

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


def choices_of(words: Mapping[Any, str]) -> list[SelectChoice]:
    """The members of a closed list for a select, in the order of their words."""
    return [SelectChoice(value=member.value, label=label) for member, label in words.items()]
