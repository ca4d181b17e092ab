"""Pages that a new form may read better: those without a script, or on which no form was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Bundle, BundleFile, Page, PageKind
from app.queue import enqueue

REREAD_JOB = "reread_pages"
_OF_THE_PROGRAM = (PageKind.SCRIPT, PageKind.FOREIGN, PageKind.BLANK)


def list_pages_to_reread(session: Session, *, bundle_id: UUID) -> Sequence[Page]:
    """Pages of a bundle without a script or a form, that the program alone has seen, in order.

    A page that a person decided, or on which he showed where the form lies, is not among them.
    """
    query = (
        select(Page)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .where(
            Page.bundle_id == bundle_id,
            Page.decided_by_id.is_(None),
            Page.replaced_by_id.is_(None),
            Page.kind.in_(_OF_THE_PROGRAM),
        )
        .order_by(BundleFile.position, Page.index)
    )
    return [page for page in session.scalars(query) if _may_gain(page)]


def _may_gain(page: Page) -> bool:
    """A form laid by a person has no score of its outline, and stays."""
    placement = page.reading["placement"]
    return placement is None or (page.script_id is None and bool(placement["score"]))


def ask_to_reread(session: Session, *, exam_id: UUID, template_id: UUID, at: datetime) -> int:
    """A job a bundle that reads what waits with the exam's forms as they are now; how many.

    Args:
        session: a writing session.
        exam_id: the exam.
        template_id: the version that is new; the same version asks once.
        at: when.
    """
    query = select(Bundle).where(Bundle.exam_id == exam_id, Bundle.read_at.is_not(None))
    bundles = session.scalars(query.order_by(Bundle.uploaded_at, Bundle.id)).all()
    for bundle in bundles:
        enqueue(
            session,
            kind=REREAD_JOB,
            key=f"{REREAD_JOB}:{bundle.id}:{template_id}",
            payload={"bundle_id": str(bundle.id)},
            at=at,
            municipality_id=bundle.exam.campaign.municipality_id,
        )
    return len(bundles)
