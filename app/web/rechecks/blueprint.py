"""The blueprint of rechecks, and how their values are named in the interface."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from app.models import Ground, Outcome, ReasonCode

blueprint = Blueprint("rechecks", __name__, url_prefix="/rechecks")

GROUNDS = {
    Ground.LISTED_SCHOOL: _("школа в списке необъективных результатов за три года"),
    Ground.DISAGREEMENT: _("несогласие с результатом перекрёстной проверки"),
    Ground.SELECTIVE: _("выборочно: результат заметно отличается от среднего по школе"),
}
STATES = {
    "opened": _("нужен член комиссии"),
    "assigned": _("перепроверяется"),
    "read": _("нужно решение"),
    "decided": _("решено"),
}
OUTCOMES = {
    Outcome.RAISED: _("баллы повышены"),
    Outcome.KEPT: _("баллы оставлены"),
    Outcome.LOWERED: _("баллы понижены"),
}
REASONS = {
    ReasonCode.CONFIRMED: _("проверка подтверждена"),
    ReasonCode.SCAN: _("плохой скан"),
    ReasonCode.TRANSCRIPTION: _("ошибка при вводе баллов"),
    ReasonCode.MISAPPLIED: _("критерий применён неверно"),
    ReasonCode.WRONG_PLACE: _("ответ не на своём месте"),
    ReasonCode.ILLEGIBLE: _("ответ не разобран"),
    ReasonCode.UNUSUAL: _("необычный верный ответ"),
    ReasonCode.ADDING_UP: _("ошибка в сумме"),
    ReasonCode.OTHER: _("другое"),
}
