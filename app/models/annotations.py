"""What experts draw on a scan: ticks, lines, words, places of points; each mark by versions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Id, one_of, to
from app.models.exams import Criterion
from app.models.scores import Sheet


class AnnotationKind(StrEnum):
    """What is drawn; GIVEN and LOST frame the place for which a criterion's point is or is not."""

    TICK = "tick"
    CROSS = "cross"
    UNDERLINE = "underline"
    TEXT = "text"
    GIVEN = "given"
    LOST = "lost"


class AnnotationVersion(Base):
    """One save of one mark: never changed, never deleted; the newest counts.

    A mark lies on a page, not on its image: painting a personal mark over draws the page anew and
    moves nothing on it. Places are fractions of the page's width and height.
    """

    __tablename__ = "annotation_version"
    id: Mapped[Id]
    sheet_id: Mapped[UUID] = to("sheet.id")
    page_id: Mapped[UUID] = to("page.id")
    annotation_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[AnnotationKind] = mapped_column(one_of(AnnotationKind, "kind_known"))
    x: Mapped[float]
    y: Mapped[float]
    w: Mapped[float]
    h: Mapped[float]
    words: Mapped[str] = mapped_column(String(300), default="")
    criterion_id: Mapped[UUID | None] = to("criterion.id")
    is_removed: Mapped[bool] = mapped_column(default=False)
    save_key: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[UUID] = to("person.id")
    sheet: Mapped[Sheet] = relationship()
    criterion: Mapped[Criterion | None] = relationship()
    __table_args__ = (
        UniqueConstraint("sheet_id", "annotation_id", "number"),
        UniqueConstraint("sheet_id", "save_key"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1 AND w BETWEEN 0 AND 1 AND h BETWEEN 0 AND 1",
            name="on_the_page",
        ),
        CheckConstraint("kind <> 'text' OR words <> ''", name="text_has_words"),
        CheckConstraint(
            "kind NOT IN ('given', 'lost') OR criterion_id IS NOT NULL", name="place_of_a_point"
        ),
    )
