"""The register of cases."""

from __future__ import annotations

from flask import render_template, request

from app.access import Permission
from app.queries import rechecks as queries
from app.web.context import actor, reading, today
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, OUTCOMES, STATES, blueprint


@blueprint.get("/")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK, Permission.CONFIRM_RECHECK)
def index() -> str:
    """The register."""
    state, ground = request.args.get("state", ""), request.args.get("ground", "")
    with reading() as session:
        cases = queries.list_cases(
            session, actor=actor(), today=today(), state=state, ground=ground
        )
        told = queries.list_untold(session, actor=actor())
    return render_template(
        "rechecks/index.html",
        cases=cases,
        grounds=GROUNDS,
        states=STATES,
        outcomes=OUTCOMES,
        kept={"state": state, "ground": ground},
        untold=len(told),
        may_lodge=actor().holds(Permission.LODGE_RECHECK),
        may_run=actor().holds(Permission.RUN_RECHECK),
        may_score=actor().holds(Permission.SCORE),
        may_set=actor().holds(Permission.EDIT_EXAM),
    )
