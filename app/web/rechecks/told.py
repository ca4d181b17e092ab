"""What the commission decided, told to the school; the school says that it knows."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fields import asked_id
from app.web.guard import access
from app.web.rechecks.blueprint import OUTCOMES, blueprint


@blueprint.get("/told")
@access(Permission.RELEASE_RESULTS)
def told() -> str:
    """Decisions that the school has not said it knows."""
    with reading() as session:
        found = queries.list_untold(session, actor=actor())
    forms = {(one.exam_id, one.school_id): one.exam for one in found if one.changes}
    return render_template("rechecks/told.html", told=found, forms=forms, outcomes=OUTCOMES)


@blueprint.post("/told")
@access(Permission.RELEASE_RESULTS)
def acknowledge() -> Response:
    """The school has read the decisions that were on the page."""
    with refusals_flashed(), transaction() as session:
        count = services.acknowledge(
            session,
            case_ids=[asked_id(one) for one in request.form.getlist("case")],
            by=actor(),
            at=now(),
        )
        say("Отмечено: с решениями ознакомлены, дел: %(count)s.", count=count)
    return redirect(url_for("rechecks.told"))
