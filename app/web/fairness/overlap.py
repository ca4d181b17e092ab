"""What second readings cost and tell, and the choice of how many a plan has."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import fairness as queries
from app.services import planning
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fairness.blueprint import blueprint
from app.web.fairness.intervals import figure
from app.web.guard import access

HALF_WIDTH = 1.96
"""Half of a 95 % interval in standard errors."""


@blueprint.get("/plans/<uuid:plan_id>/overlap")
@access(Permission.CHOOSE_SCHEME)
def overlap(plan_id: UUID) -> str:
    """The price list over one plan."""
    with reading() as session:
        found = queries.get_overlap(session, plan_id=plan_id, actor=actor())
    return render_template(
        "fairness/overlap.html", view=found, figure=figure, half_width=HALF_WIDTH
    )


@blueprint.post("/plans/<uuid:plan_id>/overlap")
@access(Permission.CHOOSE_SCHEME)
def choose_overlap(plan_id: UUID) -> Response:
    """Write second readings of the chosen share into the draft, or take them out."""
    share = request.form.get("share", type=float)
    if share is None:
        abort(400)
    target = url_for("fairness.overlap", plan_id=plan_id)
    with refusals_flashed(), transaction() as session:
        price = planning.lay_overlap(session, plan_id=plan_id, share=share, by=actor(), at=now())
        if price is None:
            say("Вторые проверки убраны из плана.")
        else:
            say("Вторых проверок в плане: %(count)s.", count=price.doubles)
        target = url_for("plans.draft", plan_id=plan_id)
    return redirect(target)
