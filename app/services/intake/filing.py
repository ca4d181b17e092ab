"""What was read from a bundle's files becomes pages, and the pages are tied to codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit import record
from app.models import Bundle, BundleFile, FileOutcome, Page, PageKind
from app.services.intake.matching import Matched, match_pile
from app.services.intake.readings import ReadFile
from app.services.intake.reckoning import Reckoning


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """What became of a bundle: every page is named, left to a person, or set aside."""

    pages: int
    files_refused: int
    matched: Matched


def file_pages(
    session: Session,
    *,
    bundle_id: UUID,
    files: Sequence[ReadFile],
    at: datetime,
    ahead: Reckoning | None,
) -> Filed | None:
    """Write what was read and decide the pages together with those filed before.

    Args:
        session: a writing session.
        bundle_id: the bundle.
        files: every file of the bundle.
        at: when.
        ahead: what `reckon_filing` found.

    Returns:
        None when the bundle has been filed already: the same work twice leaves one result.
    """
    bundle = session.get_one(Bundle, bundle_id)
    if bundle.read_at is not None:
        return None
    rows = {row.id: row for row in bundle.files}
    for file in files:
        _file(session, rows[file.file_id], file)
    bundle.read_at = at
    session.flush()
    matched = match_pile(session, bundle=bundle, at=at, ahead=ahead)
    filed = Filed(
        pages=sum(len(file.pages) for file in files),
        files_refused=sum(1 for file in files if file.refusal is not None),
        matched=matched,
    )
    _tell(session, bundle, filed, at=at)
    return filed


def _file(session: Session, row: BundleFile, file: ReadFile) -> None:
    if file.refusal is not None:
        row.outcome, row.why = FileOutcome.REJECTED, file.refusal.text
        row.why_params = dict(file.refusal.params)
        return
    row.outcome, row.pages = FileOutcome.OK, len(file.pages)
    session.add_all(
        Page(
            file_id=row.id,
            bundle_id=row.bundle_id,
            index=index,
            kind=PageKind.SCRIPT,
            needs_person=True,
            candidates=[],
            reading=page.reading.to_dict(),
            template_id=page.template_id,
            image_sha256=page.image_sha256,
            code_crop_sha256=page.code_crop_sha256,
        )
        for index, page in enumerate(file.pages)
    )


def _tell(session: Session, bundle: Bundle, filed: Filed, *, at: datetime) -> None:
    record(
        session,
        action="bundle.read",
        subject_kind="bundle",
        subject_id=bundle.id,
        by=None,
        at=at,
        school_id=bundle.school_id,
        exam_id=bundle.exam_id,
        new={
            "pages": filed.pages,
            "named": filed.matched.named,
            "left_to_person": filed.matched.left_to_person,
            "set_aside": filed.matched.set_aside,
            "files_refused": filed.files_refused,
        },
    )
