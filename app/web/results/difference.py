"""A corrected form against the one before it: on a page, and to download."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template

from app.access import Permission
from app.exchange.difference_csv import difference_csv
from app.queries.form_versions import VersionDifference, get_difference
from app.web.context import actor, installation, reading
from app.web.guard import access
from app.web.results.blueprint import blueprint


@blueprint.get("/forms/<uuid:version_id>/difference")
@access(Permission.RELEASE_RESULTS)
def difference(version_id: UUID) -> str:
    """What the version changes."""
    return render_template("results/difference.html", shown=_load(version_id))


@blueprint.get("/forms/<uuid:version_id>/difference.csv")
@access(Permission.RELEASE_RESULTS)
def difference_file(version_id: UUID) -> Response:
    """The same, as a file."""
    shown = _load(version_id)
    content = difference_csv(
        (one.code, one.column, one.before or "", one.after or "") for one in shown.changes
    )
    name = f"difference-{shown.before.number}-{shown.form.number}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _load(version_id: UUID) -> VersionDifference:
    with reading() as session:
        return get_difference(
            session, version_id=version_id, store=installation().store, by=actor()
        )
