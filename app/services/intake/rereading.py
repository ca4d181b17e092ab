"""Pages of a bundle that were read once more, with the exam's forms as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit import record
from app.bridge.rereading import list_pages_to_reread
from app.models import Bundle, Page, PageKind
from app.services.intake.matching import Matched, match_pile
from app.services.intake.readings import ReadAgain, ReadPage
from app.services.intake.reckoning import Reckoning


def refile_pages(
    session: Session,
    *,
    bundle_id: UUID,
    pages: Sequence[ReadAgain],
    at: datetime,
    ahead: Reckoning | None,
) -> Matched:
    """Keep the new readings and decide what waits anew; the file itself stays as it came.

    A page that somebody has decided since is left as it is, and so is every placed page.

    Args:
        session: a writing session.
        bundle_id: the bundle.
        pages: what was read.
        at: when.
        ahead: what `reckon_refiling` found.
    """
    bundle = session.get_one(Bundle, bundle_id)
    open_pages = {page.id: page for page in list_pages_to_reread(session, bundle_id=bundle_id)}
    changed = 0
    for again in pages:
        page = open_pages.get(again.page_id)
        if page is not None and page.version == again.version:
            _replace(page, again.read)
            changed += 1
    session.flush()
    matched = match_pile(session, bundle=bundle, at=at, ahead=ahead)
    record(
        session,
        action="bundle.reread",
        subject_kind="bundle",
        subject_id=bundle.id,
        by=None,
        at=at,
        school_id=bundle.school_id,
        exam_id=bundle.exam_id,
        new={"pages": changed, "named": matched.named, "left_to_person": matched.left_to_person},
    )
    return matched


def _replace(page: Page, read: ReadPage) -> None:
    page.reading, page.template_id = read.reading.to_dict(), read.template_id
    page.image_sha256, page.code_crop_sha256 = read.image_sha256, read.code_crop_sha256
    if page.script_id is None:
        page.kind, page.needs_person = PageKind.SCRIPT, True
