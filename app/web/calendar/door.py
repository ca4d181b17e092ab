"""The blueprint of the calendar, its words, and what the address asks for."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.bridge.terms import Pace
from app.queries import calendar as queries
from app.web.context import actor, today
from app.web.fields import YEARS, asked_id, whole
from scoring import DayKind, DecreeDays, WorkWeek

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
EVERYWHERE = "all"

KINDS = {
    DayKind.DAY_OFF: _("выходной"),
    DayKind.WORKING: _("рабочий"),
    DayKind.DECREE: _("нерабочий по указу Президента"),
}
WEEKS = {WorkWeek.FIVE: _("пятидневная"), WorkWeek.SIX: _("шестидневная")}
POLICIES = {
    DecreeDays.RUN: _("в дни по указу срок идёт (Верховный Суд)"),
    DecreeDays.STOP: _("в дни по указу срок не идёт"),
}


def asked_place(session: Session) -> queries.Place:
    """The calendar that the address names; without a name, the person's own."""
    wanted = request.args.get("place", "")
    if wanted:
        municipality_id = None if wanted == EVERYWHERE else asked_id(wanted)
        return queries.get_place(session, municipality_id=municipality_id, actor=actor())
    every, *own = queries.list_places(session, actor=actor())
    return own[0] if len(own) == 1 else every


def asked_year() -> int:
    """The year of the address, or the present one."""
    year = request.args.get("year", today().year, type=whole)
    return year if year in YEARS else today().year


def asked_pace() -> Pace:
    """The week and the policy of the address."""
    six = request.args.get("week") == "6"
    stop = request.args.get("decree") == DecreeDays.STOP.value
    return Pace(
        week=WorkWeek.SIX if six else WorkWeek.FIVE,
        decree_days=DecreeDays.STOP if stop else DecreeDays.RUN,
    )


def place_value(place: queries.Place) -> str:
    """How an address names a place."""
    return str(place.id or EVERYWHERE)
