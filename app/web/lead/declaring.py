"""A work becomes a control: its pages, agreed points and a reason for every criterion."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.access import Permission
from app.errors import Refusal
from app.models import ControlUse
from app.queries import controls as queries
from app.services import controls as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.guard import access
from app.web.lead.blueprint import USES, blueprint
from scoring import parse_points

_PNG = b"\x89PNG\r\n\x1a\n"


@blueprint.route("/works/<uuid:script_id>", methods=["GET", "POST"])
@access(Permission.LEAD_SCORING)
def declare(script_id: UUID) -> str | AnyResponse:
    """Agree the points of a work; what was typed into a refused form stands in it again."""
    with reading() as session:
        found = queries.get_candidate(session, script_id=script_id, actor=actor())
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            services.declare_work(
                session,
                script_id=script_id,
                use=_use(),
                agreed=_agreed(found),
                by=actor(),
                at=now(),
            )
            say("Баллы согласованы: работа стала контрольной.")
            return redirect(url_for("lead.controls", exam_id=found.exam_id))
    return render_template("lead/declare.html", view=found, typed=request.form, uses=USES)


@blueprint.get("/works/<uuid:script_id>/pages/<uuid:image_id>")
@access(Permission.LEAD_SCORING)
def work_page(script_id: UUID, image_id: UUID) -> Response:
    """One anonymous page of the work."""
    with reading() as session:
        digest = queries.get_candidate_page(
            session, script_id=script_id, image_id=image_id, actor=actor()
        )
    content = installation().store.get(digest)
    kind = "image/png" if content.startswith(_PNG) else "image/jpeg"
    return Response(content, mimetype=kind)


def _use() -> ControlUse:
    sent = request.form.get("use", "")
    if sent not in set(ControlUse):
        raise Refusal("Выберите, для чего работа: для отбора или для контроля.")
    return ControlUse(sent)


def _agreed(found: queries.Candidate) -> dict[str, services.AgreedPoint]:
    return {
        row.label: services.AgreedPoint(
            points=parse_points(request.form.get(f"points-{row.label}", "")),
            why=request.form.get(f"why-{row.label}", ""),
        )
        for row in found.criteria
    }
