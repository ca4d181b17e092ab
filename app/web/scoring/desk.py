"""The scoring screen: the page, the part of it that changes from work to work, the scans."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.access import Permission
from app.bridge.desk import CriteriaClosed, HandedElsewhere
from app.bridge.independence import NotIndependent
from app.models import TroubleKind
from app.queries.scoring_pictures import count_own_works, get_crop_image, get_page_image
from app.queries.scoring_work import WorkView, get_work
from app.web.context import actor, now, reading, say
from app.web.guard import access
from app.web.scoring.blueprint import blueprint, list_url
from app.web.scoring.pictures import marked_picture

AHEAD = 3


@blueprint.get("/<uuid:work_id>")
@access(Permission.SCORE)
def work(work_id: UUID) -> str | AnyResponse:
    """The scoring screen, whole: the first work of a sitting."""
    try:
        shown = _load(work_id)
    except (CriteriaClosed, HandedElsewhere) as refusal:
        say(refusal.text, "warning", **refusal.params)
        return redirect(url_for("scoring.index"))
    except NotIndependent as refusal:
        say(refusal.text, "danger", **refusal.params)
        return redirect(url_for("rechecks.desk"))
    return render_template(
        "scoring/work.html",
        work=shown,
        ahead=_ahead(shown),
        owner=actor().person_id,
        kinds=TroubleKind,
        list_url=list_url(shown.line.round),
    )


@blueprint.get("/<uuid:work_id>/panel")
@access(Permission.SCORE)
def panel(work_id: UUID) -> str:
    """What changes from work to work; fetching it ahead claims nothing."""
    try:
        shown = _load(work_id)
    except (CriteriaClosed, HandedElsewhere, NotIndependent):
        abort(404)
    return render_template("scoring/_work.html", work=shown, ahead=_ahead(shown))


@blueprint.get("/<uuid:work_id>/pages/<uuid:image_id>")
@access(Permission.SCORE)
def page_image(work_id: UUID, image_id: UUID) -> Response:
    """One anonymous page: bytes and their type, and no header that could tell more."""
    return _picture(work_id, partial(get_page_image, image_id=image_id))


@blueprint.get("/<uuid:work_id>/crops/<uuid:crop_id>")
@access(Permission.SCORE)
def crop_image(work_id: UUID, crop_id: UUID) -> Response:
    """The answer to one task, as the page it was cut out of."""
    return _picture(work_id, partial(get_crop_image, crop_id=crop_id))


def _picture(work_id: UUID, find: Callable[..., str]) -> Response:
    """A picture of the work as its expert sees it; what he may not see yet is not there."""
    try:
        with reading() as session:
            digest = find(session, assignment_id=work_id, by=actor(), at=now())
            works = count_own_works(session, by=actor())
    except (CriteriaClosed, NotIndependent):
        abort(404)
    return marked_picture(digest, work_id, works=works)


def _load(work_id: UUID) -> WorkView:
    with reading() as session:
        return get_work(session, assignment_id=work_id, by=actor(), at=now())


def _ahead(shown: WorkView) -> str:
    return " ".join(
        url_for("scoring.panel", work_id=line.assignment_id) for line in shown.ahead[:AHEAD]
    )
