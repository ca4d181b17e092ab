"""What came of reading: pages of files, and pages that were read once more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from scanning import PageReading, ScanError


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPage:
    """One page that was read with one of the exam's forms; its pictures lie in the store."""

    template_id: UUID
    reading: PageReading
    image_sha256: str
    code_crop_sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadFile:
    """One file: its pages in order, or why it was refused."""

    file_id: UUID
    pages: tuple[ReadPage, ...] = ()
    refusal: ScanError | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadAgain:
    """A filed page, read anew; `version` is the page's as it was when the reading began."""

    page_id: UUID
    version: int
    read: ReadPage
