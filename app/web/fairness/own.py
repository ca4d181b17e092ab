"""An expert's page about himself; it names no other expert."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from app.access import Permission
from app.queries import fairness as queries
from app.queries.fairness.live import list_own_charts
from app.web.context import actor, reading
from app.web.fairness.blueprint import blueprint
from app.web.fairness.course import course_of
from app.web.fairness.intervals import Entry, Intervals, draw_intervals, figure
from app.web.guard import access


@blueprint.get("/mine")
@access(Permission.SCORE)
def mine() -> str:
    """How the acting expert reads beside the mean of all experts."""
    with reading() as session:
        rows = queries.list_own(session, actor=actor())
        charts = list_own_charts(session, actor=actor())
    return render_template(
        "fairness/own.html",
        rows=[(row, _picture(row)) for row in rows],
        charts=[(row, course_of(row.found)) for row in charts],
        figure=figure,
    )


def _picture(row: queries.OwnRow) -> Intervals | None:
    found = row.found
    if found is None or found.enough is not None or found.points is None:
        return None
    entry = Entry(
        label=_("Вы"),
        value=found.points,
        low=found.low,
        high=found.high,
        strong=found.differs,
    )
    return draw_intervals([entry], first=-1.0, last=1.0, compare=0.0)
