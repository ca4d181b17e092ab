"""Pictures: original pages for the school's coordinator alone, each view in the trail."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from app.access import Permission
from app.audit import record
from app.queries.scans import get_crop_file, get_image_file, get_picture, get_thumbnail_source
from app.web.context import actor, installation, now, reading, transaction
from app.web.guard import access
from app.web.page_pictures import sent, small
from app.web.scans.blueprint import blueprint


@blueprint.get("/pages/<uuid:page_id>/original")
@access(Permission.DECIDE_PAGES)
def original(page_id: UUID) -> Response:
    """The upright page. The one GET that writes: who looked at it is kept in the trail."""
    with transaction() as session:
        picture = get_picture(session, page_id=page_id, code_field=False, by=actor())
        record(
            session,
            action="page.viewed",
            subject_kind="page",
            subject_id=page_id,
            by=actor(),
            at=now(),
            school_id=picture.school_id,
            exam_id=picture.exam_id,
        )
    return _jpeg(picture.sha256)


@blueprint.get("/pages/<uuid:page_id>/code-field")
@access(Permission.DECIDE_PAGES)
def code_field(page_id: UUID) -> Response:
    """The row of code boxes, large."""
    with reading() as session:
        picture = get_picture(session, page_id=page_id, code_field=True, by=actor())
    return _jpeg(picture.sha256)


@blueprint.get("/pages/<uuid:page_id>/thumbnail")
@access(Permission.UPLOAD_SCANS)
def thumbnail(page_id: UUID) -> Response:
    """The page too small to be read: which sheet it is, and no name on it."""
    with reading() as session:
        sha256 = get_thumbnail_source(session, page_id=page_id, by=actor())
    return sent(small(installation().store.get(sha256)))


@blueprint.get("/images/<uuid:image_id>")
@access(Permission.DECIDE_PAGES)
def anonymous_image(image_id: UUID) -> Response:
    """What an expert will see of a page."""
    with reading() as session:
        sha256 = get_image_file(session, image_id=image_id, by=actor())
    return _jpeg(sha256)


@blueprint.get("/crops/<uuid:crop_id>")
@access(Permission.DECIDE_PAGES)
def crop(crop_id: UUID) -> Response:
    """What an expert will see of the answer to one task."""
    with reading() as session:
        sha256 = get_crop_file(session, crop_id=crop_id, by=actor())
    return _jpeg(sha256)


def _jpeg(sha256: str) -> Response:
    return sent(installation().store.get(sha256))
