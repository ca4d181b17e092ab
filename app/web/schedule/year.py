"""The schedule of a campaign on a page, and as a calendar file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import UUID

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.terms import Standing
from app.exchange.schedule_ics import CalendarEntry, calendar_file
from app.queries import schedule as queries
from app.web.context import actor, now, reading, today
from app.web.guard import access
from app.web.schedule.door import MILESTONES, OF_EXAM, RULES, blueprint
from app.web.words import exam_title


@blueprint.get("/")
@access(Permission.VIEW_EXAM)
def index() -> str | Response:
    """The newest campaign, or the one that the address names."""
    wanted = request.args.get("campaign", type=UUID)
    with reading() as session:
        choices = queries.list_campaigns(session, actor=actor())
    if not choices:
        return render_template("schedule/empty.html", may_edit=actor().holds(Permission.EDIT_EXAM))
    return redirect(url_for("schedule.campaign", campaign_id=wanted or choices[0].id))


@blueprint.get("/<uuid:campaign_id>")
@access(Permission.VIEW_EXAM)
def campaign(campaign_id: UUID) -> str:
    """The schedule of one campaign."""
    with reading() as session:
        choices = queries.list_campaigns(session, actor=actor())
        found = queries.get_schedule(session, campaign_id=campaign_id, actor=actor(), today=today())
    return render_template(
        "schedule/campaign.html",
        campaign=found,
        choices=choices,
        milestones=MILESTONES,
        of_exam=OF_EXAM,
        rules=RULES,
        standing=Standing,
        provisional=not all(one.deadline.confirmed for one in _dates(found)),
    )


@blueprint.get("/<uuid:campaign_id>/calendar.ics")
@access(Permission.VIEW_EXAM)
def calendar(campaign_id: UUID) -> Response:
    """The same dates for a telephone or a mail program."""
    with reading() as session:
        found = queries.get_schedule(session, campaign_id=campaign_id, actor=actor(), today=today())
    data = calendar_file(_entries(found), name=found.name, at=now())
    return send_file(
        io.BytesIO(data),
        mimetype="text/calendar",
        as_attachment=True,
        download_name=f"schedule-{found.id}.ics",
    )


def _dates(found: queries.ScheduleView) -> Iterator[queries.Date]:
    yield from found.dates
    for exam in found.exams:
        yield from exam.dates.values()


def _entries(found: queries.ScheduleView) -> Iterator[CalendarEntry]:
    for date in found.dates:
        yield _entry(date, str(found.id), found.name)
    for exam in found.exams:
        for date in exam.dates.values():
            yield _entry(date, str(exam.id), exam_title(exam.title))


def _entry(date: queries.Date, key: str, what: str) -> CalendarEntry:
    milestone = date.deadline.milestone
    rule = RULES.get(milestone)
    title = gettext("%(milestone)s: %(what)s", milestone=str(MILESTONES[milestone]), what=what)
    return CalendarEntry(
        key=f"{key}-{milestone.value}", on=date.on, title=title, note=str(rule) if rule else ""
    )
