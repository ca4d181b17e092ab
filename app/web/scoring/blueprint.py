"""The blueprint of scoring, and how its pages tell a stretch of time."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

MINUTES_IN_HOUR = 60

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")


@blueprint.app_template_global()
def duration(minutes: int) -> str:
    """Minutes as people say them: 1 ч 50 мин."""
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    if hours:
        return str(gettext("%(hours)s ч %(minutes)s мин", hours=hours, minutes=rest))
    return str(gettext("%(minutes)s мин", minutes=rest))
