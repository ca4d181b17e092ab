"""The pictures of one work: anonymous pages, and the answers cut out of them by task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select
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


# Every picture and every work asks these; they are made once.
_PAGE_FILE = select(ScriptImage.sha256).where(ScriptImage.id == bindparam("picture_id"))
_CROP_FILE = (
    select(ScriptCrop.sha256)
    .join(ScriptImage, ScriptImage.id == ScriptCrop.image_id)
    .where(ScriptCrop.id == bindparam("picture_id"))
)


def _of_work(file: Select[str]) -> Select[str]:
    return file.where(
        ScriptImage.script_id == bindparam("script_id"), ScriptImage.replaced_at.is_(None)
    )


_PAGE_OF_WORK, _CROP_OF_WORK = _of_work(_PAGE_FILE), _of_work(_CROP_FILE)
_OWN_WORKS = (
    select(func.count())
    .select_from(Assignment)
    .join(Expert, Expert.id == Assignment.expert_id)
    .where(Expert.person_id == bindparam("person_id"), Assignment.withdrawn_at.is_(None))
)
_PICTURES = (
    select(
        ScriptImage.id.label("image_id"),
        ScriptImage.position,
        ScriptImage.width_px,
        ScriptImage.height_px,
        ScriptCrop.id.label("crop_id"),
        ScriptCrop.task,
        ScriptCrop.left_px,
        ScriptCrop.top_px,
        ScriptCrop.width_px.label("crop_width_px"),
        ScriptCrop.height_px.label("crop_height_px"),
    )
    .outerjoin(ScriptCrop, ScriptCrop.image_id == ScriptImage.id)
    .where(ScriptImage.script_id == bindparam("script_id"), ScriptImage.replaced_at.is_(None))
    .order_by(ScriptImage.position, ScriptCrop.position)
)


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
        _PAGE_OF_WORK,
        image_id,
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
        _CROP_OF_WORK,
        crop_id,
        assignment_id=assignment_id,
        by=by,
        at=at,
    )


def _digest(
    session: Session,
    of: Select[str],
    picture_id: UUID,
    *,
    assignment_id: UUID,
    by: Actor,
    at: datetime,
) -> str:
    """The stored file of a picture, where it is one of the work's present ones."""
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by)
    check_open(assignment, at=at)
    wanted = {"picture_id": picture_id, "script_id": assignment.script_id}
    found = session.scalar(of, wanted)
    if found is None:
        raise NotYours
    return found


def count_own_works(session: Session, *, by: Actor) -> int:
    """How many works are the acting expert's: what he may look at in a day grows with them."""
    return session.scalar(_OWN_WORKS, {"person_id": by.person_id}) or 0


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
    pages: dict[UUID, PageView] = {}
    crops: list[CropView] = []
    for row in session.execute(_PICTURES, {"script_id": script_id}):
        pages[row.image_id] = PageView(
            image_id=row.image_id,
            position=row.position,
            width_px=row.width_px,
            height_px=row.height_px,
        )
        if row.crop_id is not None:
            crops.append(_crop_view(row))
    return tuple(pages.values()), tuple(crops)


def _crop_view(row: Row[*tuple[Any, ...]]) -> CropView:
    return CropView(
        crop_id=row.crop_id,
        task=row.task,
        position=row.position,
        left_px=row.left_px,
        top_px=row.top_px,
        width_px=row.crop_width_px,
        height_px=row.crop_height_px,
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
