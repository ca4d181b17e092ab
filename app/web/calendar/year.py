"""A year of the calendar, on the screen and on paper."""

from __future__ import annotations

from flask import render_template, request

from app.queries import calendar as queries
from app.web.calendar.door import (
    EVERYWHERE,
    KINDS,
    POLICIES,
    WEEKS,
    asked_pace,
    asked_place,
    asked_year,
    blueprint,
    place_value,
)
from app.web.context import actor, reading
from app.web.guard import access


@blueprint.get("/")
@access(*queries.SEEING)
def index() -> str:
    """A year: twelve months, what differs, how campaigns count."""
    pace = asked_pace()
    with reading() as session:
        place = asked_place(session)
        places = queries.list_places(session, actor=actor())
        year = queries.show_year(
            session,
            place=place,
            year=asked_year(),
            pace=pace,
            withdrawn="withdrawn" in request.args,
        )
        paces = queries.list_paces(session, places=[place] if place.id else places)
    return render_template(
        "calendar/index.html",
        year=year,
        places=places,
        pace=pace,
        paces=paces,
        kinds=KINDS,
        weeks=WEEKS,
        policies=POLICIES,
        place_value=place_value,
        everywhere=EVERYWHERE,
    )
