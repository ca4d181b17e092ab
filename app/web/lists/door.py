"""The blueprint of the lists, who keeps them, and their words."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from app.access import Permission
from app.models import ListKind
from app.web.words import SCHOOL_KINDS

blueprint = Blueprint("lists", __name__, url_prefix="/lists")

MANAGERS = (Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL)
KINDS = SCHOOL_KINDS
LINES = {
    ListKind.FACTS: _("Строка списка ОО"),
    ListKind.APPLICATION: _("Заявка"),
    ListKind.QUESTIONNAIRE: _("Анкета"),
    ListKind.EXPERT_NUMBER: _("Число экспертов"),
}
