"""One save of one mark on the scan: a new version, never an overwrite, never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor
from app.bridge.annotations import SavedAnnotation, saved_annotation
from app.errors import NotYours, Refusal, Stale
from app.models import AnnotationKind, AnnotationVersion, Criterion, ScriptImage, Sheet
from app.services.marking.points import LONGEST_KEY, open_sheet

LONGEST_WORDS = 300
MOST_VERSIONS = 2000
_PLACES_OF_POINTS = (AnnotationKind.GIVEN, AnnotationKind.LOST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Annotation:
    """A mark as the expert drew it.

    Attributes:
        annotation_id: the client's own id of the mark.
        image_id: the anonymous page that it lies on.
        kind: what it is.
        box: left, top, width and height as fractions of the page.
        words: what a text says.
        criterion: whose point a place stands for; empty for other marks.
        is_removed: it was taken away.
    """

    annotation_id: UUID
    image_id: UUID
    kind: AnnotationKind
    box: tuple[float, float, float, float]
    words: str = ""
    criterion: str = ""
    is_removed: bool = False

    def __post_init__(self) -> None:
        x, y, w, h = self.box
        if not (all(0 <= side <= 1 for side in self.box) and x + w <= 1 and y + h <= 1):
            raise Refusal("Пометка выходит за край страницы: поставьте её ещё раз.")
        if len(self.words) > LONGEST_WORDS:
            raise Refusal("Надпись длиннее %(limit)s знаков.", limit=LONGEST_WORDS)
        if self.kind is AnnotationKind.TEXT and not self.words:
            raise Refusal("Надпись пуста: напишите хотя бы слово.")
        if (self.kind in _PLACES_OF_POINTS) != bool(self.criterion):
            raise Refusal("У места на скане должен быть критерий: обновите страницу.")


class StaleAnnotation(Stale):
    """The mark was changed elsewhere meanwhile; both versions are at hand.

    Attributes:
        theirs: the stored version; None when nothing is stored and the client thinks otherwise.
    """

    def __init__(self, *, theirs: SavedAnnotation | None) -> None:
        super().__init__("Эта пометка изменена и в другом окне.")
        self.theirs = theirs


def record_annotation(
    session: Session,
    *,
    assignment_id: UUID,
    drawn: Annotation,
    save_key: str,
    based_on: int,
    by: Actor,
    at: datetime,
) -> SavedAnnotation:
    """Save one mark as a new version; the same save again gives the same version.

    Args:
        session: the database.
        assignment_id: the acting expert's assignment.
        drawn: the mark.
        save_key: the client's own key of this save.
        based_on: number of the mark's version that the client saw last; 0 for none.
        by: the acting expert.
        at: the moment.

    Raises:
        NotYours: the assignment or the page is not his.
        CriteriaClosed: the hour has not come.
        ScoringOver: the last day has passed.
        StaleAnnotation: the mark was saved elsewhere meanwhile.
        Refusal: the sheet is handed in, or the save is unusable.
    """
    sheet = open_sheet(session, assignment_id=assignment_id, by=by, at=at)
    image = _image(session, sheet, drawn.image_id)
    versions = _versions(session, sheet, drawn.annotation_id)
    repeated = _find_save(session, sheet, save_key)
    if repeated is not None:
        return _same_save(repeated, drawn, image)
    _check_save(session, sheet, versions, save_key=save_key, based_on=based_on, image=image)
    made = _version(session, sheet, drawn, image, number=based_on + 1, save_key=save_key)
    made.saved_at, made.saved_by_id = at, by.person_id
    session.add(made)
    session.flush()
    _trace(session, sheet, made, by=by, at=at)
    return saved_annotation(made, image_id=image.id)


def _image(session: Session, sheet: Sheet, image_id: UUID) -> ScriptImage:
    """A page of the work, or an earlier image of it: it may have been drawn anew meanwhile."""
    found = session.get(ScriptImage, image_id)
    if found is None or found.script_id != sheet.assignment.script_id:
        raise NotYours
    return found


def _versions(session: Session, sheet: Sheet, annotation_id: UUID) -> Sequence[AnnotationVersion]:
    query = (
        select(AnnotationVersion)
        .where(
            AnnotationVersion.sheet_id == sheet.id,
            AnnotationVersion.annotation_id == annotation_id,
        )
        .order_by(AnnotationVersion.number)
    )
    return session.scalars(query).all()


def _find_save(session: Session, sheet: Sheet, save_key: str) -> AnnotationVersion | None:
    return session.scalar(
        select(AnnotationVersion).where(
            AnnotationVersion.sheet_id == sheet.id, AnnotationVersion.save_key == save_key
        )
    )


def _same_save(
    version: AnnotationVersion, drawn: Annotation, image: ScriptImage
) -> SavedAnnotation:
    told = (version.annotation_id, version.kind, version.is_removed)
    if told != (drawn.annotation_id, drawn.kind, drawn.is_removed):
        raise Refusal("Под этим ключом сохранена другая пометка: обновите страницу.")
    return saved_annotation(version, image_id=image.id)


def _check_save(
    session: Session,
    sheet: Sheet,
    versions: Sequence[AnnotationVersion],
    *,
    save_key: str,
    based_on: int,
    image: ScriptImage,
) -> None:
    if sheet.submitted_at is not None:
        raise Refusal("Работа уже сдана: чтобы изменить пометки, верните её в работу.")
    if not 1 <= len(save_key) <= LONGEST_KEY:
        raise Refusal("Ключ сохранения пуст или слишком длинный: обновите страницу.")
    if (versions[-1].number if versions else 0) != based_on:
        theirs = saved_annotation(versions[-1], image_id=image.id) if versions else None
        raise StaleAnnotation(theirs=theirs)
    kept = select(func.count()).where(AnnotationVersion.sheet_id == sheet.id)
    if (session.scalar(kept) or 0) >= MOST_VERSIONS:
        raise Refusal("На этой работе слишком много пометок.")


def _version(
    session: Session,
    sheet: Sheet,
    drawn: Annotation,
    image: ScriptImage,
    *,
    number: int,
    save_key: str,
) -> AnnotationVersion:
    x, y, w, h = drawn.box
    return AnnotationVersion(
        sheet_id=sheet.id,
        page_id=image.page_id,
        annotation_id=drawn.annotation_id,
        number=number,
        kind=drawn.kind,
        x=x,
        y=y,
        w=w,
        h=h,
        words=drawn.words,
        criterion=_criterion(session, sheet, drawn.criterion),
        is_removed=drawn.is_removed,
        save_key=save_key,
    )


def _criterion(session: Session, sheet: Sheet, label: str) -> Criterion | None:
    if not label:
        return None
    exam_id = sheet.assignment.script.exam_id
    found = session.scalar(
        select(Criterion).where(Criterion.exam_id == exam_id, Criterion.label == label)
    )
    if found is None:
        raise Refusal("В работе нет критерия %(label)s.", label=label)
    return found


def _trace(
    session: Session, sheet: Sheet, made: AnnotationVersion, *, by: Actor, at: datetime
) -> None:
    audit.record_about(
        session,
        sheet.assignment,
        "annotation.removed" if made.is_removed else "annotation.saved",
        by=by,
        at=at,
        new={"kind": made.kind.value, "number": made.number},
    )
