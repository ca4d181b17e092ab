"""The blueprint of scoring, and how its pages tell a stretch of time."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext

from app.models import Round
from app.queries.scoring_queue import ExamQueue

MINUTES_IN_HOUR = 60

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")


@blueprint.app_template_global()
def duration(minutes: int) -> str:
    """Minutes as people say them: 1 ч 50 мин."""
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    if hours:
        return str(gettext("%(hours)s ч %(minutes)s мин", hours=hours, minutes=rest))
    return str(gettext("%(minutes)s мин", minutes=rest))


@blueprint.app_template_global()
def what_is_left(queue: ExamQueue) -> str:
    """How many works are left in the expert's list, and how long they take at his own pace."""
    left = str(gettext("осталось %(left)s", left=queue.left))
    return f"{left} · ≈ {duration(queue.minutes_left)}" if queue.minutes_left else left


def list_url(of: Round) -> str:
    """The address of the list that a work belongs to."""
    if of is Round.RECHECK:
        return url_for("rechecks.desk")
    return url_for("guidance.own" if of is Round.QUALIFICATION else "scoring.index")
