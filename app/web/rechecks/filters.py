"""What the address of the register asks for, and how the register's terms are said."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _

from app.bridge.terms import Standing
from app.models import CaseState, Ground, Outcome
from app.queries import rechecks as queries

Member = TypeVar("Member", bound=StrEnum)

SHOWN = {
    queries.Shown.OPEN: _("нерешённые"),
    queries.Shown.CLOSED: _("решённые"),
    queries.Shown.ALL: _("все"),
}
DUE = {
    Standing.LATE: _("срок прошёл"),
    Standing.TODAY: _("срок сегодня"),
    Standing.SOON: _("осталось два рабочих дня или меньше"),
}
NAMES = ("shown", "state", "ground", "outcome", "due", "exam", "school", "member")


def asked_filter() -> queries.CaseFilter:
    """The filter of the address; what it does not name, or names wrongly, asks nothing."""
    state, outcome = _one_of(CaseState, "state"), _one_of(Outcome, "outcome")
    decided = outcome is not None or state is CaseState.CLOSED
    shown = _one_of(queries.Shown, "shown")
    return queries.CaseFilter(
        shown=shown or (queries.Shown.ALL if decided else queries.Shown.OPEN),
        state=state,
        ground=_one_of(Ground, "ground"),
        outcome=outcome,
        due=_one_of(Standing, "due"),
        exam_id=request.args.get("exam", type=UUID),
        school_id=request.args.get("school", type=UUID),
        member_id=request.args.get("member", type=UUID),
    )


def kept() -> Mapping[str, str]:
    """What the address asks, to be asked again by its links."""
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def _one_of(kind: type[Member], name: str) -> Member | None:
    wanted = request.args.get(name, "")
    return next((member for member in kind if member.value == wanted), None)
