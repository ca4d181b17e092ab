"""The desk: candidates, days, spreading, the printed list and the archive."""

from __future__ import annotations

import io
from uuid import UUID

import numpy as np
from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.exchange.act_archive import ActEntry, archive_acts
from app.printing.observers import ListedVisit, observers_list
from app.queries import observers as queries
from app.services import observers as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.fields import whole
from app.web.guard import access
from app.web.observers.door import asked_campaign, blueprint


@blueprint.get("/")
@access(*queries.SEEING)
def index() -> str:
    """The observers of a campaign."""
    with reading() as session:
        campaigns, chosen = asked_campaign(session)
        desk = queries.get_desk(session, campaign_id=chosen, actor=actor()) if chosen else None
    return render_template("observers/index.html", campaigns=campaigns, desk=desk)


@blueprint.post("/<uuid:campaign_id>/spread")
@access(Permission.MANAGE_MUNICIPALITY)
def spread(campaign_id: UUID) -> Response:
    """Fill the empty seats."""
    with refusals_flashed(), transaction() as session:
        found = services.spread_observers(
            session,
            campaign_id=campaign_id,
            per_school=request.form.get("per_school", 1, type=whole),
            seed=int(np.random.default_rng().integers(2**31)),
            by=actor(),
            at=now(),
        )
        if found.placed or found.lacking:
            say(
                "Наблюдателей назначено: %(placed)s. Мест без наблюдателя: %(lacking)s.",
                placed=found.placed,
                lacking=found.lacking,
            )
        else:
            say(
                "Пустых мест впереди нет: дни работ прошли или все места заняты. В прошедший день"
                " наблюдателя назначают вручную.",
                "warning",
            )
    return redirect(url_for("observers.index", campaign=campaign_id))


@blueprint.get("/<uuid:campaign_id>/list.pdf")
@access(*queries.SEEING)
def print_list(campaign_id: UUID) -> Response:
    """Who watches where, to print."""
    with reading() as session:
        desk = queries.get_desk(session, campaign_id=campaign_id, actor=actor())
    visits = [
        ListedVisit(day=day.day, school=school.name, observer=visit.observer)
        for day in desk.days
        for school in day.schools
        for visit in school.visits
    ]
    pdf = observers_list(
        visits, campaign=desk.campaign.name, municipality=desk.campaign.municipality
    )
    return _file(pdf, "application/pdf", "observers.pdf")


@blueprint.get("/<uuid:campaign_id>/violations.zip")
@access(Permission.MANAGE_MUNICIPALITY)
def archive(campaign_id: UUID) -> Response:
    """The acts with violations, to pass on."""
    with reading() as session:
        found = queries.list_acts_with_violations(session, campaign_id=campaign_id, actor=actor())
    entries = [
        ActEntry(
            day=one.day,
            school_login=one.school_login,
            school=one.school,
            summary=one.summary,
            suffix=one.suffix,
            sha256=one.sha256,
        )
        for one in found
    ]
    content = archive_acts(entries, read=installation().store.get)
    return _file(content, "application/zip", "violations.zip")


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
