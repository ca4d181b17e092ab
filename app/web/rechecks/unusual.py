"""Works that differ significantly from their school's mean: chosen, and handed over at once."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.models import Ground
from app.queries import exams as exam_queries
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, reading, today
from app.web.fields import asked_id
from app.web.guard import access
from app.web.rechecks.blueprint import blueprint
from app.web.rechecks.handing import hand_over_chosen
from scoring.selection import SIGNIFICANCE

_REASON = (
    "Выборочная перепроверка: результат значимо отличается от среднего остальных работ школы"
    " (порог значимости %(threshold)s с поправкой на число работ школы)."
)


@blueprint.get("/unusual")
@access(Permission.LODGE_RECHECK)
def unusual() -> str:
    """The unusual works of an exam."""
    exam_id = request.args.get("exam", type=UUID)
    with reading() as session:
        campaigns = exam_queries.list_campaigns(session, actor=actor())
        exams = [(one, campaign.name) for campaign in campaigns for one in campaign.exams]
        chosen = exam_id or (exams[0][0].id if exams else None)
        own = bool(actor().municipality_ids(Permission.LODGE_RECHECK))
        found = (
            queries.find_unusual(session, exam_id=chosen, actor=actor()) if chosen and own else None
        )
    return render_template("rechecks/unusual.html", exams=exams, selection=found, today=today())


@blueprint.post("/unusual")
@access(Permission.LODGE_RECHECK)
def hand_over_unusual() -> str | Response:
    """Hand the chosen works over in one action, after telling what cannot be done in time."""
    opening = services.Opening(
        ground=Ground.SELECTIVE,
        reason=_REASON % {"threshold": f"{SIGNIFICANCE:.2f}".replace(".", ",")},
        received_on=today(),
    )
    chosen = [asked_id(one) for one in request.form.getlist("script")]
    back = url_for("rechecks.unusual", exam=request.form.get("exam", ""))
    return hand_over_chosen(chosen, opening, back=back)
