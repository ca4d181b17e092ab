"""The chair's desk: one case with its clock, scans, old and new points, and the same error."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.models import CaseState
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    today,
    transaction,
)
from app.web.fields import asked_id
from app.web.guard import access
from app.web.rechecks.blueprint import (
    GROUNDS,
    METHODS,
    OUTCOMES,
    REASONS,
    STATES,
    blueprint,
)
from app.web.rechecks.handing import ask_despite, is_despite, tell


@blueprint.get("/<uuid:case_id>")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK, Permission.CONFIRM_RECHECK)
def case(case_id: UUID) -> str:
    """One case."""
    return case_page_of(case_id)


def case_page_of(case_id: UUID) -> str:
    """The page of one case; what was typed into a refused form stands in it again."""
    with reading() as session:
        found = queries.get_case(session, case_id=case_id, actor=actor(), today=today())
        candidates = queries.list_candidates(session, case_id=case_id, actor=actor())
        same = queries.find_same_error(
            session, case_id=case_id, label=request.args.get("criterion", ""), actor=actor()
        )
    state = found.line.state
    decides = actor().holds(Permission.DECIDE_RECHECK) and state is CaseState.READ
    confirms = actor().holds(Permission.CONFIRM_RECHECK) and state is CaseState.SIGNED
    return render_template(
        "rechecks/case.html",
        case=found,
        candidates=candidates,
        same=same,
        typed=request.form,
        grounds=GROUNDS,
        methods=METHODS,
        states=STATES,
        outcomes=OUTCOMES,
        reasons=REASONS,
        own_id=actor().person_id,
        decides=decides,
        confirms=confirms,
    )


@blueprint.post("/<uuid:case_id>/reader")
@access(Permission.RUN_RECHECK)
def assign(case_id: UUID) -> Response:
    """Give the case to a member: the chosen one, or the least loaded independent one."""
    expert, instead = request.form.get("expert", ""), request.form.get("instead_of", "")
    with refusals_flashed(), transaction() as session:
        services.assign_reader(
            session,
            case_id=case_id,
            expert_id=asked_id(expert) if expert else None,
            instead_of=asked_id(instead) if instead else None,
            by=actor(),
            at=now(),
        )
        say("Работа отдана независимому члену комиссии.")
    return redirect(url_for("rechecks.case", case_id=case_id))


@blueprint.post("/<uuid:case_id>/same")
@access(Permission.RUN_RECHECK)
def add_same(case_id: UUID) -> str | Response:
    """Hand over the chosen works that may share the error, and give them to members."""
    chosen = [asked_id(one) for one in request.form.getlist("script")]
    target = url_for("rechecks.case", case_id=case_id)
    asked = None if is_despite() else _same_would_be_late(case_id, chosen)
    if asked is not None:
        return asked
    with refusals_flashed(), transaction() as session:
        opened = services.add_same_error(
            session,
            store=installation().store,
            case_id=case_id,
            script_ids=chosen,
            by=actor(),
            at=now(),
        )
        target = url_for("rechecks.handover", handover_id=opened.handover.id)
        tell(opened)
    return redirect(target)


def _same_would_be_late(case_id: UUID, chosen: list[UUID]) -> str | None:
    with reading() as session:
        forecast = queries.forecast_same_error(
            session, actor=actor(), case_id=case_id, script_ids=chosen, today=today()
        )
    return ask_despite(forecast, chosen, url_for("rechecks.case", case_id=case_id))
