"""A person shows where the form lies on a page on which the program did not find it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from PIL import Image
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record
from app.bridge.scans import form_of, list_forms, reading_of
from app.errors import NotYours, Refusal
from app.models import ExamTemplate, Page
from app.services.identification.images import ask_for_images
from app.services.identification.states import open_page
from app.storage import FileStore
from scanning import RawPage, as_viewed, code_crop, placed_by_hand, upright

LEAST_ROW = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A place on the picture of a page, as shares of its width and height."""

    x: float
    y: float


def place_form(
    session: Session,
    *,
    store: FileStore,
    page_id: UUID,
    version: int,
    left: Point,
    right: Point,
    by: Actor,
    at: datetime,
    template_id: UUID | None = None,
) -> None:
    """Lay the form where the person pointed; the pictures are drawn anew from the kept one.

    Args:
        session: a writing session.
        store: where the pictures lie.
        page_id: a page on which no form was found.
        version: of the page as the person saw it.
        left: upper left corner of the row of code boxes.
        right: its upper right corner.
        by: the coordinator of the school.
        at: when.
        template_id: which of the exam's forms it is; that of the page's reading when None.

    Raises:
        NotYours: the page is not his, or the exam has no such form.
        Stale: somebody has changed it since.
        Refusal: the form was found by the program, or the points are too near.
    """
    page = open_page(session, page_id=page_id, version=version, by=by)
    _check(page, left, right)
    if template_id is not None:
        page.template = _own_form(session, page, template_id)
    _draw_anew(store, page, left, right)
    session.flush()
    record(
        session,
        action="page.placed",
        subject_kind="page",
        subject_id=page.id,
        by=by,
        at=at,
        school_id=page.bundle.school_id,
        exam_id=page.bundle.exam_id,
        new={"left": [left.x, left.y], "right": [right.x, right.y]},
    )
    if page.script_id is not None:
        ask_for_images(session, page, script_ids=[page.script_id], at=at)


def _check(page: Page, left: Point, right: Point) -> None:
    if reading_of(page).placement is not None:
        raise Refusal("Поле кода на этой странице уже найдено.")
    if abs(right.x - left.x) + abs(right.y - left.y) < LEAST_ROW:
        raise Refusal("Укажите левый и правый верхние углы ряда клеток: точки слишком близко.")


def _own_form(session: Session, page: Page, template_id: UUID) -> ExamTemplate:
    forms = {form.template_id for form in list_forms(session, exam_id=page.bundle.exam_id)}
    if template_id not in forms:
        raise NotYours
    return session.get_one(ExamTemplate, template_id)


def _draw_anew(store: FileStore, page: Page, left: Point, right: Point) -> None:
    with Image.open(io.BytesIO(store.get(str(page.image_sha256)))) as image:
        pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    template = form_of(page.template).template
    seen = as_viewed(reading_of(page), template, width_px=width, height_px=height)
    placed = placed_by_hand(
        seen,
        template,
        left_px=(left.x * width, left.y * height),
        right_px=(right.x * width, right.y * height),
    )
    raw = RawPage(source="", index=0, pixels=pixels, dpi=None)
    page.reading = placed.to_dict()
    page.image_sha256 = store.put(upright(raw, placed, template))
    page.code_crop_sha256 = store.put(code_crop(raw, placed, template))
