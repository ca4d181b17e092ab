"""The member's desk: what the commission gave him, and why his points differ."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.independence import NotIndependent
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, refusals_flashed, say, today, transaction
from app.web.context import reading as reading_session
from app.web.guard import access
from app.web.rechecks.blueprint import METHODS, READING_STATES, REASONS, blueprint
from app.web.rechecks.verdicts import read_verdicts


@blueprint.get("/mine")
@access(Permission.SCORE)
def desk() -> str:
    """The acting member's readings."""
    with reading_session() as session:
        found = queries.list_own_readings(session, actor=actor(), today=today())
    return render_template("rechecks/desk.html", readings=found, states=READING_STATES)


@blueprint.route("/readings/<uuid:reading_id>", methods=["GET", "POST"])
@access(Permission.SCORE)
def reading(reading_id: UUID) -> str | Response:
    """Old points beside one's own: confirm them, or say why they differ."""
    try:
        with reading_session() as session:
            shown = queries.get_reading(session, reading_id=reading_id, actor=actor())
    except NotIndependent as refusal:
        say(refusal.text, "danger", **refusal.params)
        return redirect(url_for("rechecks.desk"))
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            services.record_findings(
                session,
                reading_id=reading_id,
                verdicts=read_verdicts(request.form, (row.label for row in shown.rows)),
                by=actor(),
                at=now(),
            )
            say("Записано и передано председателю.")
            return redirect(url_for("rechecks.desk"))
    return render_template(
        "rechecks/reading.html",
        reading=shown,
        typed=request.form,
        methods=METHODS,
        reasons=REASONS,
    )
