"""Versions of marks on the scan -> the marks that stand, and who may see whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.models import (
    BLIND,
    AnnotationKind,
    AnnotationVersion,
    Assignment,
    Round,
    ScriptImage,
    Sheet,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedAnnotation:
    """One mark as it is stored.

    Attributes:
        annotation_id: its id within its sheet.
        image_id: the anonymous page that it lies on.
        number: the version's number; what the next save is based on.
        kind: what it is.
        box: left, top, width and height as fractions of the page.
        words: what a text says.
        criterion: whose point a place stands for; empty for other marks.
        is_removed: it was taken away.
        reader: 0 for one's own; 1, 2 … for readings before.
    """

    annotation_id: UUID
    image_id: UUID
    number: int
    kind: AnnotationKind
    box: tuple[float, float, float, float]
    words: str
    criterion: str
    is_removed: bool
    reader: int = 0


def saved_annotation(
    version: AnnotationVersion, *, image_id: UUID, reader: int = 0
) -> SavedAnnotation:
    """A stored version as it is told."""
    return SavedAnnotation(
        annotation_id=version.annotation_id,
        image_id=image_id,
        number=version.number,
        kind=version.kind,
        box=(version.x, version.y, version.w, version.h),
        words=version.words,
        criterion=version.criterion.label if version.criterion else "",
        is_removed=version.is_removed,
        reader=reader,
    )


_STANDING = (
    select(AnnotationVersion, Sheet.assignment_id, ScriptImage.id)
    .join(Sheet, Sheet.id == AnnotationVersion.sheet_id)
    .join(
        ScriptImage,
        and_(
            ScriptImage.page_id == AnnotationVersion.page_id,
            ScriptImage.script_id == bindparam("script_id"),
            ScriptImage.replaced_at.is_(None),
        ),
    )
    .where(Sheet.assignment_id.in_(bindparam("readers", expanding=True)))
    .order_by(AnnotationVersion.number, AnnotationVersion.saved_at, AnnotationVersion.id)
)


def list_annotations(
    session: Session, *, script_id: UUID, readers: Sequence[UUID | None]
) -> tuple[SavedAnnotation, ...]:
    """The marks that stand on a script's present pages.

    Args:
        session: the database.
        script_id: the script.
        readers: assignments; the place in the list is told as the reader's number.
    """
    known = [one for one in readers if one is not None]
    rows = session.execute(_STANDING, {"script_id": script_id, "readers": known})
    newest: dict[tuple[UUID, UUID], SavedAnnotation] = {}
    for version, assignment_id, image_id in rows:
        newest[assignment_id, version.annotation_id] = saved_annotation(
            version, image_id=image_id, reader=readers.index(assignment_id)
        )
    return tuple(mark for mark in newest.values() if not mark.is_removed)


def list_scorers(
    session: Session, *, script_id: UUID, rounds: Sequence[Round] = (*BLIND, Round.THIRD)
) -> list[UUID]:
    """The assignments of a script whose sheets were handed in, first reading first."""
    query = (
        select(Assignment.id, Assignment.round)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Assignment.script_id == script_id,
            Assignment.round.in_(rounds),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_not(None),
        )
    )
    rows = sorted(session.execute(query), key=lambda row: list(rounds).index(row.round))
    return [row.id for row in rows]
