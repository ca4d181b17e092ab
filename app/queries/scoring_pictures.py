"""The pictures of one work: anonymous pages, and the answers cut out of them by task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.desk import check_open, get_own_assignment
from app.errors import NotYours
from app.models import Assignment, Expert, ScriptCrop, ScriptImage

_TASK = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """One page: a random key and its size."""

    image_id: UUID
    position: int
    width_px: int
    height_px: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CropView:
    """The answer to one task, cut out of a page.

    Attributes:
        crop_id: a random key; it is reached as long as its page's image is.
        task: the task's label as the form names it: 9.1.
        position: of the page in the script.
        left_px: where it begins on the page's image.
        top_px: the same, down.
        width_px: width of the crop.
        height_px: its height.
    """

    crop_id: UUID
    task: str
    position: int
    left_px: int
    top_px: int
    width_px: int
    height_px: int


def get_page_image(
    session: Session, *, assignment_id: UUID, image_id: UUID, by: Actor, at: datetime
) -> str:
    """The stored file of one page of the acting expert's work.

    Raises:
        NotYours: the page is not of a work that is his now, or the hour has not come.
        CriteriaClosed: the hour of the criteria has not come.
    """
    return _digest(
        session,
        select(ScriptImage.sha256).where(ScriptImage.id == image_id),
        assignment_id=assignment_id,
        by=by,
        at=at,
    )


def get_crop_image(
    session: Session, *, assignment_id: UUID, crop_id: UUID, by: Actor, at: datetime
) -> str:
    """The stored file of one answer of the acting expert's work.

    Raises:
        NotYours: the crop is not of a work that is his now, or the hour has not come.
        CriteriaClosed: the hour of the criteria has not come.
    """
    return _digest(
        session,
        select(ScriptCrop.sha256)
        .join(ScriptImage, ScriptImage.id == ScriptCrop.image_id)
        .where(ScriptCrop.id == crop_id),
        assignment_id=assignment_id,
        by=by,
        at=at,
    )


def _digest(
    session: Session, of: Select[str], *, assignment_id: UUID, by: Actor, at: datetime
) -> str:
    """The stored file of a picture, where it is one of the work's present ones."""
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by)
    check_open(assignment, at=at)
    found = session.scalar(
        of.where(ScriptImage.script_id == assignment.script_id, ScriptImage.replaced_at.is_(None))
    )
    if found is None:
        raise NotYours
    return found


def count_own_works(session: Session, *, by: Actor) -> int:
    """How many works are the acting expert's: what he may look at in a day grows with them."""
    query = (
        select(func.count())
        .select_from(Assignment)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(Expert.person_id == by.person_id, Assignment.withdrawn_at.is_(None))
    )
    return session.scalar(query) or 0


def list_pages(session: Session, *, script_id: UUID) -> tuple[PageView, ...]:
    """The anonymous pages of a script in order."""
    return list_pictures(session, script_id=script_id)[0]


def list_crops(session: Session, *, script_id: UUID) -> tuple[CropView, ...]:
    """The answers of a script by task, in the order of its pages."""
    return list_pictures(session, script_id=script_id)[1]


def list_pictures(
    session: Session, *, script_id: UUID
) -> tuple[tuple[PageView, ...], tuple[CropView, ...]]:
    """The anonymous pages of a script in order, and the answers cut out of them."""
    query = (
        select(ScriptImage, ScriptCrop)
        .outerjoin(ScriptCrop, ScriptCrop.image_id == ScriptImage.id)
        .where(ScriptImage.script_id == script_id, ScriptImage.replaced_at.is_(None))
        .order_by(ScriptImage.position, ScriptCrop.position)
    )
    pages: dict[UUID, PageView] = {}
    crops: list[CropView] = []
    for image, crop in session.execute(query):
        pages[image.id] = PageView(
            image_id=image.id,
            position=image.position,
            width_px=image.width_px,
            height_px=image.height_px,
        )
        if crop is not None:
            crops.append(_crop_view(crop, position=image.position))
    return tuple(pages.values()), tuple(crops)


def _crop_view(crop: ScriptCrop, *, position: int) -> CropView:
    return CropView(
        crop_id=crop.id,
        task=crop.task,
        position=position,
        left_px=crop.left_px,
        top_px=crop.top_px,
        width_px=crop.width_px,
        height_px=crop.height_px,
    )


def answers_to(label: str, crops: Sequence[CropView]) -> tuple[int, ...]:
    """Where the answer that a criterion asks about stands among the crops.

    A form may name the task as the criterion (4К1), by the criterion's number (4, 9.1), or only
    by the task that holds it (9): the closest name counts.
    """
    for name in _task_names(label):
        found = tuple(at for at, crop in enumerate(crops) if crop.task == name)
        if found:
            return found
    return ()


def _task_names(label: str) -> list[str]:
    number = _TASK.match(label)
    if number is None:
        return [label]
    parts = number.group().split(".")
    return [label, *(".".join(parts[:length]) for length in range(len(parts), 0, -1))]
