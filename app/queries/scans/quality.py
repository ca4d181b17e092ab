"""What is wrong with the pages of a bundle as scans, told page by page at upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.scans import reading_of
from app.errors import NotYours
from app.models import Bundle, BundleFile, Page, PageKind
from scanning import Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanFault:
    """One page with faults.

    Attributes:
        page_id: the page.
        file: the file it came in.
        number_in_file: its place there, from 1.
        faults: what is wrong; empty for a blank page.
        dpi: its resolution.
        named: it was tied to a code all the same.
    """

    page_id: UUID
    file: str
    number_in_file: int
    faults: tuple[Fault, ...]
    dpi: int
    named: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanQuality:
    """Pages of a bundle that a person should look at: with faults, and blank ones."""

    faulty: tuple[ScanFault, ...]
    blank: tuple[ScanFault, ...]


def get_quality(session: Session, *, bundle_id: UUID, by: Actor) -> ScanQuality:
    """The faults of a bundle's pages, in their order.

    Raises:
        NotYours: the bundle is not his.
    """
    bundle = session.get(Bundle, bundle_id)
    if bundle is None:
        raise NotYours
    by.require(Permission.UPLOAD_SCANS, school_id=bundle.school_id)
    pages = _pages(session, bundle_id)
    found = [(page, _fault(page)) for page in pages]
    return ScanQuality(
        faulty=tuple(
            fault for page, fault in found if fault.faults and page.kind is not PageKind.BLANK
        ),
        blank=tuple(fault for page, fault in found if page.kind is PageKind.BLANK),
    )


def _pages(session: Session, bundle_id: UUID) -> Sequence[Page]:
    query = (
        select(Page)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .where(Page.bundle_id == bundle_id)
        .order_by(BundleFile.position, Page.index)
    )
    return [page for page in session.scalars(query) if page.reading]


def _fault(page: Page) -> ScanFault:
    quality = reading_of(page).quality
    return ScanFault(
        page_id=page.id,
        file=page.file.name,
        number_in_file=page.index + 1,
        faults=quality.faults,
        dpi=round(quality.dpi),
        named=page.script_id is not None,
    )
