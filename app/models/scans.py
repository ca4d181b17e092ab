"""Bundles, their files, pages, scripts and the images that an expert may see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Exam, ExamTemplate, Participant
from app.models.places import School


class FileOutcome(StrEnum):
    """What became of one uploaded file."""

    WAITING = "waiting"
    OK = "ok"
    REJECTED = "rejected"


class PageKind(StrEnum):
    """What a page is."""

    SCRIPT = "script"
    BLANK = "blank"
    FOREIGN = "foreign"
    DUPLICATE = "duplicate"
    RESCAN_WANTED = "rescan_wanted"


class PageSource(StrEnum):
    """What tied a page to its code."""

    BARCODE = "barcode"
    DIGITS = "digits"
    SEQUENCE = "sequence"
    PERSON = "person"


class Bundle(Base):
    """One upload of one school for one exam: a pile of files that is decided together."""

    __tablename__ = "bundle"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    school_id: Mapped[UUID] = to("school.id")
    class_id: Mapped[UUID | None] = to("school_class.id")
    uploaded_by_id: Mapped[UUID] = to("person.id")
    uploaded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    exam: Mapped[Exam] = relationship()
    school: Mapped[School] = relationship()
    files: Mapped[list[BundleFile]] = relationship(
        back_populates="bundle", order_by="BundleFile.position"
    )


class BundleFile(Base):
    """One file as it was uploaded, by the hash of its content."""

    __tablename__ = "bundle_file"
    id: Mapped[Id]
    bundle_id: Mapped[UUID] = to("bundle.id")
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    outcome: Mapped[FileOutcome] = mapped_column(
        one_of(FileOutcome, "outcome_known"), default=FileOutcome.WAITING
    )
    why: Mapped[str] = mapped_column(Text, default="")
    why_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pages: Mapped[int] = mapped_column(default=0)
    destroyed_at: Mapped[datetime | None]
    bundle: Mapped[Bundle] = relationship(back_populates="files")
    __table_args__ = (
        UniqueConstraint("bundle_id", "position"),
        UniqueConstraint("bundle_id", "sha256"),
        CheckConstraint("size_bytes >= 0 AND pages >= 0", name="counts_not_negative"),
        CheckConstraint("outcome <> 'rejected' OR why <> ''", name="rejected_says_why"),
    )


class Script(Base):
    """The work of one participant in one exam."""

    __tablename__ = "script"
    id: Mapped[Id]
    exam_id: Mapped[UUID] = to("exam.id")
    participant_id: Mapped[UUID] = to("participant.id")
    published_at: Mapped[datetime | None]
    exam: Mapped[Exam] = relationship()
    participant: Mapped[Participant] = relationship()
    pages: Mapped[list[Page]] = relationship(
        back_populates="script", order_by="Page.page_number", foreign_keys="Page.script_id"
    )
    images: Mapped[list[ScriptImage]] = relationship(
        back_populates="script", order_by="ScriptImage.position"
    )
    changes: Mapped[list[ScriptChange]] = relationship(
        back_populates="script", order_by="ScriptChange.at"
    )
    __table_args__ = (UniqueConstraint("exam_id", "participant_id"),)


class Page(Base):
    """One page of a file: what was read from it, and where it belongs.

    `reading` is what the scanning library saw, so that matching again needs no new scan;
    `template_id` is the form that it was read with; `image_sha256` is the upright page for the
    school's coordinator alone; `wanted_for_id` is the script that waits for its new scan, where a
    page is to be scanned again.
    """

    __tablename__ = "page"
    id: Mapped[Id]
    file_id: Mapped[UUID] = to("bundle_file.id")
    bundle_id: Mapped[UUID] = to("bundle.id")
    index: Mapped[int]
    kind: Mapped[PageKind] = mapped_column(one_of(PageKind, "kind_known"))
    script_id: Mapped[UUID | None] = to("script.id")
    page_number: Mapped[int | None]
    source: Mapped[PageSource | None] = mapped_column(one_of(PageSource, "source_known"))
    confidence: Mapped[float] = mapped_column(default=0.0)
    needs_person: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(Text, default="")
    candidates: Mapped[list[Any]]
    reading: Mapped[dict[str, Any]]
    template_id: Mapped[UUID] = to("exam_template.id")
    image_sha256: Mapped[str | None] = mapped_column(String(64))
    code_crop_sha256: Mapped[str | None] = mapped_column(String(64))
    replaced_by_id: Mapped[UUID | None] = to("page.id")
    wanted_for_id: Mapped[UUID | None] = to("script.id")
    decided_by_id: Mapped[UUID | None] = to("person.id")
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[BundleFile] = relationship()
    bundle: Mapped[Bundle] = relationship()
    template: Mapped[ExamTemplate] = relationship()
    script: Mapped[Script | None] = relationship(back_populates="pages", foreign_keys=[script_id])
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol
    __table_args__ = (
        UniqueConstraint("file_id", "index"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("script_id IS NULL OR kind = 'script'", name="only_script_pages_placed"),
        CheckConstraint("script_id IS NULL OR NOT needs_person", name="placed_is_decided"),
        CheckConstraint(
            "kind <> 'script' OR needs_person OR script_id IS NOT NULL", name="decided_is_placed"
        ),
        CheckConstraint("page_number IS NULL OR page_number > 0", name="page_number_positive"),
        CheckConstraint(
            "wanted_for_id IS NULL OR kind = 'rescan_wanted'",
            name="only_wanted_pages_are_waited_for",
        ),
    )


class ScriptImage(Base):
    """An anonymous image of one page; its random id is all that an expert ever sees of it.

    `template_id` is the version of the form whose visible areas it shows.
    """

    __tablename__ = "script_image"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id")
    page_id: Mapped[UUID] = to("page.id")
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width_px: Mapped[int]
    height_px: Mapped[int]
    masks: Mapped[list[Any]]
    template_id: Mapped[UUID | None] = to("exam_template.id")
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    script: Mapped[Script] = relationship(back_populates="images")
    crops: Mapped[list[ScriptCrop]] = relationship(
        back_populates="image", order_by="ScriptCrop.position"
    )
    __table_args__ = (
        CheckConstraint("position > 0", name="position_positive"),
        Index(
            "uq_script_image_current",
            "script_id",
            "position",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )


class ScriptCrop(Base):
    """The answer to one task, cut out of an anonymous image; it is reached as long as that is."""

    __tablename__ = "script_crop"
    id: Mapped[Id]
    image_id: Mapped[UUID] = to("script_image.id")
    position: Mapped[int]
    task: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64))
    left_px: Mapped[int]
    top_px: Mapped[int]
    width_px: Mapped[int]
    height_px: Mapped[int]
    destroyed_at: Mapped[datetime | None]
    image: Mapped[ScriptImage] = relationship(back_populates="crops")
    __table_args__ = (
        UniqueConstraint("image_id", "position"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("task <> ''", name="task_is_named"),
        CheckConstraint("left_px >= 0 AND top_px >= 0", name="inside_the_image"),
    )


class ChangeKind(StrEnum):
    """What happened to a script that experts may hold already."""

    GAINED = "gained"
    LOST = "lost"


class ScriptChange(Base):
    """A script that was handed over gained or lost a page; those who hold it are told."""

    __tablename__ = "script_change"
    id: Mapped[Id]
    script_id: Mapped[UUID] = to("script.id")
    page_id: Mapped[UUID] = to("page.id")
    kind: Mapped[ChangeKind] = mapped_column(one_of(ChangeKind, "kind_known"))
    page_number: Mapped[int | None]
    at: Mapped[datetime]
    seen_by_id: Mapped[UUID | None] = to("person.id")
    seen_at: Mapped[datetime | None]
    script: Mapped[Script] = relationship(back_populates="changes")
    __table_args__ = (
        CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name="seen_by_somebody"),
    )
