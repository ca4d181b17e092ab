"""The progress of reading a bundle."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, render_template, url_for
from flask_babel import format_decimal, format_time
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.queries.scans import Progress, get_progress, get_quality
from app.services import intake
from app.web import words
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.scans.blueprint import blueprint


@blueprint.get("/bundles/<uuid:bundle_id>")
@access(Permission.UPLOAD_SCANS)
def bundle(bundle_id: UUID) -> str:
    """How far the reading is; it goes on when the page is closed."""
    progress = _progress(bundle_id)
    with reading() as session:
        quality = get_quality(session, bundle_id=bundle_id, by=actor())
    return render_template(
        "scans/bundle.html",
        progress=progress,
        quality=quality,
        faults=words.FAULTS,
        may_decide=actor().may(Permission.DECIDE_PAGES, school_id=progress.school_id),
    )


@blueprint.get("/bundles/<uuid:bundle_id>/state")
@access(Permission.UPLOAD_SCANS)
def bundle_state(bundle_id: UUID) -> Response:
    """The same for the page's module, which asks every second."""
    progress = _progress(bundle_id)
    return jsonify(
        state=progress.state.value,
        done=progress.done,
        total=progress.total,
        named=progress.named,
        waiting=progress.waiting,
        aside=progress.aside,
        refused=progress.refused,
        speed=format_decimal(progress.pages_a_second, "0.0") if progress.pages_a_second else None,
        ends=format_time(progress.ends_at, "medium") if progress.ends_at else None,
        message=words.said(progress.message) if progress.message else "",
    )


def _progress(bundle_id: UUID) -> Progress:
    with reading() as session:
        return get_progress(session, bundle_id=bundle_id, by=actor(), at=now())


@blueprint.post("/bundles/<uuid:bundle_id>/again")
@access(Permission.UPLOAD_SCANS)
def read_again(bundle_id: UUID) -> Response:
    """Read a bundle once more whose job has failed."""
    with refusals_flashed(), transaction() as session:
        intake.read_again(session, bundle_id=bundle_id, by=actor(), at=now())
        say("Пачка снова поставлена в очередь.")
    return redirect(url_for("scans.bundle", bundle_id=bundle_id))
