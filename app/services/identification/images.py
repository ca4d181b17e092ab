"""What experts see of pages that a person decides is drawn anew in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.models import Page
from app.queue import enqueue

IMAGES_JOB = "issue_images"


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
