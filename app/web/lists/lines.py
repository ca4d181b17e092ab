"""One school's declared lines: what they say and said, taken away with a reason, put back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.models import ListKind
from app.queries import list_lines as queries
from app.services import registers
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.lists.door import LINES, MANAGERS, blueprint
from app.web.registers.facts import in_words

_KINDS = ", ".join(ListKind)


@blueprint.get("/<uuid:campaign_id>/schools/<uuid:school_id>")
@access(*MANAGERS)
def school(campaign_id: UUID, school_id: UUID) -> str:
    """Everything that the school has declared, and how it changed."""
    with reading() as session:
        view = queries.get_school_lines(
            session, campaign_id=campaign_id, school_id=school_id, actor=actor()
        )
    return render_template("lists/school.html", view=view, kinds=LINES, facts=in_words)


@blueprint.post(
    f"/<uuid:campaign_id>/schools/<uuid:school_id>/<any({_KINDS}):kind>/<uuid:line_id>/remove"
)
@access(*MANAGERS)
def remove(campaign_id: UUID, school_id: UUID, kind: str, line_id: UUID) -> Response:
    """Take a line away, with the reason."""
    with refusals_flashed(), transaction() as session:
        registers.remove_line(
            session,
            kind=ListKind(kind),
            line_id=line_id,
            reason=request.form.get("reason", ""),
            by=actor(),
            at=now(),
        )
        say("Строка убрана. Её можно вернуть здесь же.")
    return _back(campaign_id, school_id)


@blueprint.post("/<uuid:campaign_id>/schools/<uuid:school_id>/versions/<uuid:version_id>/restore")
@access(*MANAGERS)
def restore(campaign_id: UUID, school_id: UUID, version_id: UUID) -> Response:
    """Make an earlier version of a line stand again."""
    with refusals_flashed(), transaction() as session:
        registers.restore_line(session, version_id=version_id, by=actor(), at=now())
        say("Строка возвращена.")
    return _back(campaign_id, school_id)


def _back(campaign_id: UUID, school_id: UUID) -> Response:
    return redirect(url_for("lists.school", campaign_id=campaign_id, school_id=school_id))
