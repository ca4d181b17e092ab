"""The blueprint of rechecks, and how their values are named in the interface."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint
from flask_babel import lazy_gettext as _

from app.bridge.recheck_words import (
    GROUND_TEXTS,
    METHOD_TEXTS,
    OUTCOME_TEXTS,
    REASON_TEXTS,
    STATE_TEXTS,
)
from app.models import Ground
from app.queries.rechecks.desk import ReadingState

blueprint = Blueprint("rechecks", __name__, url_prefix="/rechecks")
Member = TypeVar("Member", bound=StrEnum)


def _named(texts: Mapping[Member, str]) -> dict[Member, str]:
    """The members of a closed list in the reader's language."""
    return {member: _(text) for member, text in texts.items()}


GROUNDS = _named(GROUND_TEXTS)
SHORT_GROUNDS = {
    Ground.LISTED_SCHOOL: _("список школ"),
    Ground.DISAGREEMENT: _("несогласие"),
    Ground.SELECTIVE: _("выборочно"),
}
METHODS = _named(METHOD_TEXTS)
STATES = _named(STATE_TEXTS)
OUTCOMES = _named(OUTCOME_TEXTS)
REASONS = _named(REASON_TEXTS)
READING_STATES = {
    ReadingState.NEW: _("не начато"),
    ReadingState.BEGUN: _("начато"),
    ReadingState.EXPLAIN: _("объясните отличия"),
    ReadingState.DONE: _("сдано"),
}


@blueprint.context_processor
def _short_words() -> dict[str, object]:
    return {"short_grounds": SHORT_GROUNDS}
