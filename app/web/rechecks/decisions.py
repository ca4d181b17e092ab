"""The chair signs; the second person confirms, or returns with a reason."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
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
from app.web.rechecks.blueprint import blueprint
from app.web.rechecks.cases import case_page_of
from app.web.rechecks.verdicts import read_verdicts


@blueprint.post("/<uuid:case_id>/decision")
@access(Permission.DECIDE_RECHECK)
def decide(case_id: UUID) -> str | Response:
    """Sign the decision."""
    with reading() as session:
        shown = queries.get_case(session, case_id=case_id, actor=actor(), today=today())
    signed = False
    with refusals_flashed(), transaction() as session:
        decision = services.decide_case(
            session,
            store=installation().store,
            case_id=case_id,
            verdicts=read_verdicts(request.form, (row.label for row in shown.rows)),
            reason=request.form.get("reason", ""),
            present=[asked_id(one) for one in request.form.getlist("present")],
            by=actor(),
            at=now(),
        )
        if decision.changes:
            say("Решение подписано. Баллы изменятся, когда его подтвердит второе лицо.")
        else:
            say("Решение подписано: баллы прежние, акт готов.")
        signed = True
    return redirect(url_for("rechecks.case", case_id=case_id)) if signed else case_page_of(case_id)


@blueprint.post("/<uuid:case_id>/confirmation")
@access(Permission.CONFIRM_RECHECK)
def confirm(case_id: UUID) -> Response:
    """Confirm the change: a new final result, the act, the school is told."""
    with refusals_flashed(), transaction() as session:
        services.confirm_decision(
            session, store=installation().store, case_id=case_id, by=actor(), at=now()
        )
        say("Изменение подтверждено: итоговые баллы новые, прежние остались в деле. Акт готов.")
    return redirect(url_for("rechecks.case", case_id=case_id))


@blueprint.post("/<uuid:case_id>/return")
@access(Permission.CONFIRM_RECHECK)
def return_to_chair(case_id: UUID) -> Response:
    """Do not confirm: the chair decides anew."""
    with refusals_flashed(), transaction() as session:
        services.return_decision(
            session,
            case_id=case_id,
            reason=request.form.get("reason", ""),
            by=actor(),
            at=now(),
        )
        say("Решение возвращено председателю.")
        if not actor().holds(Permission.RUN_RECHECK):
            return redirect(url_for("rechecks.index"))
    return redirect(url_for("rechecks.case", case_id=case_id))
