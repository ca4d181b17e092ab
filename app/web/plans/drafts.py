"""One plan: loads, routes, moves by hand, reasons, publishing."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.models import Plan, PlanLevel, Scheme
from app.queries import plans as queries
from app.services import planning
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.plans.blueprint import blueprint
from app.web.plans.wording import SCHEMES, STATES, told


@blueprint.get("/<uuid:plan_id>")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def draft(plan_id: UUID) -> str:
    """A plan with its loads, and the readings of the chosen expert."""
    chosen = request.args.get("expert", type=UUID)
    with reading() as session:
        found = queries.get_draft(session, plan_id=plan_id, expert_id=chosen, actor=actor())
    two_levels = found.level is PlanLevel.MUNICIPAL and found.scheme is not Scheme.MUNICIPAL
    return render_template(
        "plans/draft.html",
        plan=found,
        two_levels=two_levels,
        schemes=SCHEMES,
        states=STATES,
        told=told,
        most=max((one.room for one in found.loads), default=0),
        may_choose=actor().holds(Permission.CHOOSE_SCHEME),
    )


@blueprint.get("/<uuid:plan_id>/why/<uuid:row_id>")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def why(plan_id: UUID, row_id: UUID) -> str:
    """Why this expert, why not that one."""
    with reading() as session:
        found = queries.get_why(session, plan_id=plan_id, row_id=row_id, actor=actor())
    return render_template("plans/why.html", why=found, told=told)


@blueprint.post("/<uuid:plan_id>/move")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def move(plan_id: UUID) -> Response:
    """Give the ticked readings to another expert; the page then lists what the draft breaks."""
    wanted = request.form.get("to", type=UUID)
    if wanted is None:
        abort(400)
    with refusals_flashed(), transaction() as session:
        broken = planning.move_rows(
            session,
            plan_id=plan_id,
            row_ids=request.form.getlist("row", type=UUID),
            expert_id=wanted,
            by=actor(),
            at=now(),
        )
        if broken:
            say("Передано, но теперь черновик нарушает правила: они перечислены ниже.", "warning")
        else:
            say("Передано. Правила не нарушены.")
    chosen = request.form.get("from", type=UUID)
    return redirect(url_for("plans.draft", plan_id=plan_id, expert=chosen))


@blueprint.post("/<uuid:plan_id>/publish")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def publish(plan_id: UUID) -> Response:
    """Make the draft the standing plan."""
    way = url_for("plans.draft", plan_id=plan_id)
    with refusals_flashed(), transaction() as session:
        plan = planning.publish_plan(
            session,
            plan_id=plan_id,
            legal_basis=request.form.get("legal_basis", ""),
            by=actor(),
            at=now(),
        )
        say("Распределение опубликовано.")
        way = _home_of(plan)
    return redirect(way)


@blueprint.post("/<uuid:plan_id>/discard")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def discard(plan_id: UUID) -> Response:
    """Put the draft aside."""
    with refusals_flashed(), transaction() as session:
        planning.discard_draft(session, plan_id=plan_id, by=actor(), at=now())
        say("Черновик отложен.")
    return redirect(url_for("plans.index"))


def _home_of(plan: Plan) -> str:
    if plan.school_id is None:
        return url_for("plans.exam", exam_id=plan.exam_id)
    return url_for("plans.received", exam_id=plan.exam_id, school_id=plan.school_id)
