"""One's own page: open sessions, each of which can be ended."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.queries.people import list_own_sessions
from app.services import accounts
from app.web.agents import agent_name
from app.web.context import (
    actor,
    now,
    reading,
    refusals_flashed,
    say,
    session_id,
    transaction,
)
from app.web.guard import signed_in
from app.web.pace import limiter
from app.web.people.door import blueprint


@blueprint.get("/me")
@signed_in
def own_sessions() -> str:
    """Where one is logged in."""
    with reading() as session:
        found = list_own_sessions(session, by=actor(), at=now())
    return render_template(
        "people/own.html", sessions=found, current=session_id(), agent_name=agent_name
    )


@blueprint.post("/me/sessions/<uuid:ended_id>/end")
@limiter.limit("30 per minute")
@signed_in
def end_own_session(ended_id: UUID) -> Response:
    """End one of one's own sessions; a password shows that it is he who does."""
    with refusals_flashed(), transaction() as session:
        accounts.end_own_session(
            session,
            session_id=ended_id,
            password=request.form.get("password", ""),
            by=actor(),
            at=now(),
        )
        say("Этот вход закрыт.")
    return redirect(url_for("people.own_sessions"))
