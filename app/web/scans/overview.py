"""A class on one page, and handing its scripts over."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries.scans import get_overview, get_pile
from app.services import readiness
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.scans.blueprint import PILE, blueprint, chosen_class

REASON = "reason-"


@blueprint.get(PILE + "/overview")
@access(Permission.UPLOAD_SCANS)
def overview(exam_id: UUID, school_id: UUID) -> str:
    """Codes down, pages across."""
    with reading() as session:
        view = get_pile(session, exam_id=exam_id, school_id=school_id, by=actor())
        grid = get_overview(
            session, exam_id=exam_id, school_id=school_id, class_id=chosen_class(), by=actor()
        )
    may_decide = actor().may(Permission.DECIDE_PAGES, school_id=school_id)
    return render_template(
        "scans/overview.html", view=view, grid=grid, class_id=chosen_class(), may_decide=may_decide
    )


@blueprint.post(PILE + "/publish")
@access(Permission.DECIDE_PAGES)
def publish(exam_id: UUID, school_id: UUID) -> Response:
    """The scripts are ready: complete ones, and incomplete ones with a confirmed reason."""
    with refusals_flashed(), transaction() as session:
        done = readiness.publish_scripts(
            session,
            exam_id=exam_id,
            school_id=school_id,
            incomplete=_confirmed(),
            by=actor(),
            at=now(),
        )
        say(
            "Передано на проверку работ: %(published)s. Осталось в школе: %(left)s.",
            published=done.published,
            left=done.left,
        )
    return redirect(url_for("scans.overview", exam_id=exam_id, school_id=school_id))


def _confirmed() -> dict[UUID, str]:
    """Reasons by script, for the scripts that are ticked."""
    ticked = request.form.getlist("confirm", type=UUID)
    return {script_id: request.form.get(f"{REASON}{script_id}", "") for script_id in ticked}
