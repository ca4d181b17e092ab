"""What tests of a read pile ask and decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db import Database
from app.models import (
    Page,
    PageKind,
)
from app.services.identification import Settled, assign_page
from app.services.readiness import Published, publish_scripts
from scanning.practice import PracticeSet
from tests.conftest import NOW
from tests.integration.scan_builders import (
    School,
)

LATER = NOW + timedelta(minutes=5)


def waiting(database: Database) -> Page:
    """The page whose code field the pupil left empty."""
    with database.reading() as session:
        query = select(Page).where(Page.needs_person, Page.kind == PageKind.SCRIPT)
        return session.scalars(query).one()


def true_code(practice: PracticeSet) -> str:
    return str(
        next(
            page.code
            for page in practice.pages
            if page.kind == "script" and page.written_code is None
        )
    )


def assign(
    database: Database,
    school: School,
    page: Page,
    code: str,
    *,
    number: int | None = None,
    replace: bool = False,
    at: datetime = LATER,
) -> Settled:
    with database.transaction() as session:
        return assign_page(
            session,
            page_id=page.id,
            version=page.version,
            code=code,
            page_number=number,
            follow=True,
            replace=replace,
            by=school.coordinator,
            at=at,
        )


def publish(database: Database, school: School, incomplete: dict[UUID, str]) -> Published:
    with database.transaction() as session:
        return publish_scripts(
            session,
            exam_id=school.exam_id,
            school_id=school.school_id,
            incomplete=incomplete,
            by=school.coordinator,
            at=LATER,
        )
