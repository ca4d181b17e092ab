"""Painting a personal mark over: the image is issued again, the old one is out of reach."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.scans import drawing_form, get_forms, reading_of
from app.errors import NotYours, Refusal
from app.models import Assignment, Page, Script, ScriptImage, Trouble, TroubleKind
from app.services.anonymisation.drawing import draw_page, image_row, mask_record
from app.storage import FileStore
from scanning import Rect

MARK_WHY = "личная пометка"
MARK_ANSWER = "Пометка закрыта: страница выпущена заново."


def mask_image(
    session: Session, *, store: FileStore, image_id: UUID, box_mm: Rect, by: Actor, at: datetime
) -> UUID:
    """Paint a personal mark over and issue the image again; the new image's id.

    Args:
        session: a writing session.
        store: where the page's picture lies and the new image goes.
        image_id: the current image that shows the mark.
        box_mm: where the mark stands on the page, mm.
        by: the coordinator of the school.
        at: when.

    Raises:
        NotYours: the image is not his, or has been replaced.
        Refusal: the page cannot be drawn.
    """
    image = session.get(ScriptImage, image_id)
    if image is None or image.replaced_at is not None:
        raise NotYours
    script = image.script
    by.require(Permission.DECIDE_PAGES, school_id=script.participant.school_id)
    page = session.get_one(Page, image.page_id)
    if reading_of(page).placement is None:
        raise Refusal("Страница не привязана к бланку: укажите на ней поле кода.")
    masks = (*(Rect(**mask) for mask in image.masks), box_mm)
    form = drawing_form(page, get_forms(session, exam_id=script.exam_id))
    drawing = draw_page(store, page, form, masks=masks)
    image.replaced_at = at
    session.flush()
    issued = image_row(script, drawing, position=image.position, at=at)
    session.add(issued)
    session.flush()
    record(
        session,
        action="image.masked",
        subject_kind="script",
        subject_id=script.id,
        by=by,
        at=at,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
        exam_id=script.exam_id,
        old={"image": str(image.id)},
        new={"image": str(issued.id), "mask": mask_record(box_mm)},
        why=MARK_WHY,
    )
    _answer_experts(session, script, by=by, at=at)
    return issued.id


def _answer_experts(session: Session, script: Script, *, by: Actor, at: datetime) -> None:
    """The work comes back to those who set it aside for a personal mark."""
    query = (
        select(Trouble)
        .join(Assignment, Assignment.id == Trouble.assignment_id)
        .where(
            Assignment.script_id == script.id,
            Trouble.kind == TroubleKind.PERSONAL_MARK,
            Trouble.resolved_at.is_(None),
        )
    )
    for trouble in session.scalars(query):
        trouble.resolved_at, trouble.resolved_by_id = at, by.person_id
        trouble.answer = MARK_ANSWER
        record(
            session,
            action="work.given_back",
            subject_kind="assignment",
            subject_id=trouble.assignment_id,
            by=by,
            at=at,
            municipality_id=script.exam.campaign.municipality_id,
            school_id=script.participant.school_id,
            exam_id=script.exam_id,
            new={"kind": trouble.kind.value, "answer": MARK_ANSWER},
        )
