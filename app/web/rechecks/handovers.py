"""One hand-over: its act, its clock, its readers."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, METHODS, OUTCOMES, STATES, blueprint


@blueprint.get("/handovers/<uuid:handover_id>")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def handover(handover_id: UUID) -> str:
    """What was handed over in one action."""
    with reading() as session:
        found = queries.get_handover(session, handover_id=handover_id, actor=actor(), today=today())
        cases = queries.list_handover_cases(
            session, handover_id=handover_id, actor=actor(), today=today()
        )
    return render_template(
        "rechecks/handover.html",
        handover=found,
        cases=cases,
        grounds=GROUNDS,
        methods=METHODS,
        states=STATES,
        outcomes=OUTCOMES,
    )


@blueprint.post("/handovers/<uuid:handover_id>/term")
@access(Permission.RUN_RECHECK)
def recount(handover_id: UUID) -> Response:
    """Count the last day anew by the calendar as it stands now."""
    with refusals_flashed(), transaction() as session:
        made = services.recount_term(
            session,
            handover_id=handover_id,
            reason=request.form.get("reason", ""),
            by=actor(),
            at=now(),
        )
        say("Срок пересчитан: до %(due)s.", due=f"{made.new_due_on:%d.%m.%Y}")
    return redirect(url_for("rechecks.handover", handover_id=handover_id))


@blueprint.post("/handovers/<uuid:handover_id>/readers")
@access(Permission.RUN_RECHECK)
def plan(handover_id: UUID) -> Response:
    """Spread the works over independent members, evenly."""
    with refusals_flashed(), transaction() as session:
        planned = services.plan_readers(session, handover_id=handover_id, by=actor(), at=now())
        say("Отдано членам комиссии: %(given)s.", given=planned.given)
        if planned.missing:
            say(
                "Не нашлось независимого члена комиссии со свободным местом: %(missing)s."
                " Утвердите приказом ещё одного.",
                "warning",
                missing=planned.missing,
            )
    return redirect(url_for("rechecks.handover", handover_id=handover_id))
