"""The expert's list of works, with filters in the address."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask_babel import lazy_gettext as _

from app.access import Permission
from app.queries.scoring_queue import WorkState, list_queues
from app.web.context import actor, now, reading
from app.web.fields import whole
from app.web.guard import access
from app.web.scoring.blueprint import blueprint

STATES = {
    WorkState.NEW: _("не начато"),
    WorkState.BEGUN: _("начато"),
    WorkState.SUBMITTED: _("сдано"),
    WorkState.ASIDE: _("отложено"),
    WorkState.LEAVING: _("передаётся другому"),
}


@blueprint.get("/")
@access(Permission.SCORE)
def index() -> str:
    """The works of the acting expert, exam by exam."""
    with reading() as session:
        queues = list_queues(session, by=actor(), at=now())
    return render_template(
        "scoring/index.html",
        queues=queues,
        states=STATES,
        chosen_state=_chosen_state(),
        chosen_exam=_chosen_exam(),
        after=max(request.args.get("after", 0, type=whole), 0),
        owner=actor().person_id,
    )


def _chosen_state() -> WorkState | None:
    wanted = request.args.get("state", "")
    return WorkState(wanted) if wanted in set(WorkState) else None


def _chosen_exam() -> UUID | None:
    return request.args.get("exam", type=UUID)
