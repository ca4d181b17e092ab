"""What experts see of pages that a person decides: out of reach at once, then drawn anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models import Page, ScriptImage
from app.queue import enqueue

IMAGES_JOB = "issue_images"


def retire_images(session: Session, pages: Iterable[Page], *, at: datetime) -> None:
    """Take the images of pages out of reach: another script or number shows another part."""
    session.execute(
        update(ScriptImage)
        .where(
            ScriptImage.page_id.in_([page.id for page in pages]),
            ScriptImage.replaced_at.is_(None),
        )
        .values(replaced_at=at)
    )


def ask_for_images(
    session: Session, page: Page, *, script_ids: Sequence[UUID], at: datetime
) -> None:
    """Write the job that draws anew what experts see of these scripts, with what changed them."""
    enqueue(
        session,
        kind=IMAGES_JOB,
        key=f"{IMAGES_JOB}:{page.id}:{page.version}:{at.timestamp()}",
        payload={"script_ids": [str(script_id) for script_id in script_ids]},
        at=at,
        municipality_id=page.bundle.school.municipality_id,
    )
