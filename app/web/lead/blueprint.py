"""The blueprint of who leads the scoring."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from app.models import ControlUse
from scoring import Advice
from scoring.fairness.control import Signal

blueprint = Blueprint("lead", __name__, url_prefix="/lead")

USES = {
    ControlUse.QUALIFICATION: _("отбор"),
    ControlUse.CONTROL: _("контроль"),
}
ADVICE = {
    Advice.GO_ON: _("продолжать"),
    Advice.TALK: _("поговорить"),
    Advice.STOP: _("приостановить"),
}
SIGNALS = {
    Signal.FEW: _("мало данных"),
    Signal.GO_ON: _("без изменений"),
    Signal.TALK: _("поговорить"),
    Signal.STOP: _("приостановить"),
}
