"""The blueprint of the lists, and the words of types of schools."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from app.models import SchoolKind

blueprint = Blueprint("lists", __name__, url_prefix="/lists")

KINDS = {
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
