"""What second readings cost and tell, for the coordinator before he chooses."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from app.access import Permission
from app.queries import fairness as queries
from app.web.context import actor, reading
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
