"""What experts may see of a script: drawn from its pages by the template, under random ids."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.scans import Form, drawing_form, get_forms, reading_of
from app.bridge.scripts import ordered_pages
from app.models import (
    Page,
    Script,
    ScriptCrop,
    ScriptImage,
)
from app.storage import FileStore
from scanning import RawPage, Rect, TaskCrop, anonymise, as_viewed


@dataclass(frozen=True, kw_only=True, slots=True)
class CropDrawing:
    """The answer to one task as it lies in the store."""

    task: str
    sha256: str
    left_px: int
    top_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """The anonymous image of one page as it lies in the store.

    Attributes:
        page_id: the page.
        page_version: what was drawn.
        template_id: the version of the form whose visible areas are shown.
        sha256: the image.
        width_px: its width.
        height_px: its height.
        masks: what was painted over, mm.
        crops: answers by task, where the form names tasks.
    """

    page_id: UUID
    page_version: int
    template_id: UUID | None
    sha256: str
    width_px: int
    height_px: int
    masks: tuple[Rect, ...]
    crops: tuple[CropDrawing, ...]


def draw_script(session: Session, *, store: FileStore, script_id: UUID) -> tuple[Drawing, ...]:
    """Draw what the script's pages lack, or show by an older form; reads rows, writes files only.

    A page on which no form was found is left out: nobody knows what of it may be shown.
    """
    script = session.get_one(Script, script_id)
    shown_by = {image.page_id: image.template_id for image in _current(script)}
    forms = get_forms(session, exam_id=script.exam_id)
    wanted = [page for page in script.pages if _lacks_image(page, shown_by, forms)]
    return tuple(
        draw_page(store, page, drawing_form(page, forms), masks=_earlier_masks(session, page.id))
        for page in wanted
        if reading_of(page).placement is not None
    )


def _lacks_image(page: Page, shown_by: Mapping[UUID, UUID | None], forms: Sequence[Form]) -> bool:
    """Whether the page has no image, or one by an older version of its form."""
    if page.id not in shown_by:
        return True
    template_id = shown_by[page.id]
    return template_id is not None and template_id != drawing_form(page, forms).template_id


def issue_images(
    session: Session, *, script_id: UUID, drawings: Sequence[Drawing], at: datetime
) -> int:
    """Make the script's images those of its pages now, in their order; how many were issued.

    An image that stays at its place keeps its id; any other is replaced and cannot be reached.
    What was drawn of a page that somebody has decided since is let go: his decision has a job.
    """
    script = session.get_one(Script, script_id)
    kept = {image.page_id: image for image in _current(script)}
    drawn = _not_overtaken(script, drawings, kept)
    shown = [page for page in ordered_pages(script.pages) if page.id in drawn or page.id in kept]
    wanted = {page.id: position for position, page in enumerate(shown, start=1)}
    stale = [
        image
        for image in kept.values()
        if wanted.get(image.page_id) != image.position or image.page_id in drawn
    ]
    for image in stale:
        image.replaced_at = at
    session.flush()
    fresh = [
        image_row(script, _drawing(page, drawn, kept), position=wanted[page.id], at=at)
        for page in shown
        if page.id not in kept or kept[page.id] in stale
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _not_overtaken(
    script: Script, drawings: Sequence[Drawing], kept: Mapping[UUID, ScriptImage]
) -> dict[UUID, Drawing]:
    """By page the drawings of what nobody has decided or issued since they were drawn."""
    versions = {page.id: page.version for page in script.pages}
    return {
        drawing.page_id: drawing
        for drawing in drawings
        if versions.get(drawing.page_id) == drawing.page_version and not _has_image(kept, drawing)
    }


def _has_image(kept: Mapping[UUID, ScriptImage], drawing: Drawing) -> bool:
    """Whether an image by the same form was issued meanwhile: it may carry a later mask."""
    image = kept.get(drawing.page_id)
    return image is not None and image.template_id in (None, drawing.template_id)


def list_scripts_to_draw(session: Session, *, bundle_id: UUID) -> Sequence[UUID]:
    """Scripts that a bundle's pages belong to, in a total order."""
    query = (
        select(Page.script_id)
        .where(Page.bundle_id == bundle_id, Page.script_id.is_not(None))
        .distinct()
        .order_by(Page.script_id)
    )
    return [script_id for script_id in session.scalars(query) if script_id is not None]


def _current(script: Script) -> list[ScriptImage]:
    return [image for image in script.images if image.replaced_at is None]


def _earlier_masks(session: Session, page_id: UUID) -> tuple[Rect, ...]:
    """Masks of the page's newest image, in whichever script: a mark painted over stays so."""
    newest = session.scalar(
        select(ScriptImage)
        .where(ScriptImage.page_id == page_id)
        .order_by(ScriptImage.created_at.desc(), ScriptImage.replaced_at.desc().nulls_first())
        .limit(1)
    )
    return tuple(Rect(**mask) for mask in newest.masks) if newest is not None else ()


def draw_page(store: FileStore, page: Page, form: Form, *, masks: tuple[Rect, ...]) -> Drawing:
    """Draw one placed page by a form, with masks painted over."""
    template, pixels = form.template, _picture(store, page)
    reading = as_viewed(
        reading_of(page), template, width_px=pixels.shape[1], height_px=pixels.shape[0]
    )
    raw = RawPage(source="", index=0, pixels=pixels, dpi=None)
    drawn = anonymise(raw, reading, template, page=page.page_number, masks=masks)
    width, height = _size(drawn.page)
    return Drawing(
        page_id=page.id,
        page_version=page.version,
        template_id=form.template_id,
        sha256=store.put(drawn.page),
        width_px=width,
        height_px=height,
        masks=masks,
        crops=tuple(_crop(store, crop) for crop in drawn.crops),
    )


def _crop(store: FileStore, crop: TaskCrop) -> CropDrawing:
    width, height = _size(crop.jpeg)
    return CropDrawing(
        task=crop.task,
        sha256=store.put(crop.jpeg),
        left_px=crop.left_px,
        top_px=crop.top_px,
        width_px=width,
        height_px=height,
    )


def _size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.size


def _picture(store: FileStore, page: Page) -> Any:
    with Image.open(io.BytesIO(store.get(str(page.image_sha256)))) as image:
        return np.asarray(image)


def _drawing(
    page: Page, drawn: Mapping[UUID, Drawing], kept: Mapping[UUID, ScriptImage]
) -> Drawing:
    if page.id in drawn:
        return drawn[page.id]
    image = kept[page.id]
    return Drawing(
        page_id=page.id,
        page_version=page.version,
        template_id=image.template_id,
        sha256=image.sha256,
        width_px=image.width_px,
        height_px=image.height_px,
        masks=tuple(Rect(**mask) for mask in image.masks),
        crops=tuple(
            CropDrawing(
                task=crop.task,
                sha256=crop.sha256,
                left_px=crop.left_px,
                top_px=crop.top_px,
                width_px=crop.width_px,
                height_px=crop.height_px,
            )
            for crop in image.crops
        ),
    )


def image_row(script: Script, drawing: Drawing, *, position: int, at: datetime) -> ScriptImage:
    """The row of a drawing, with its crops, under a fresh random id."""
    return ScriptImage(
        script_id=script.id,
        page_id=drawing.page_id,
        position=position,
        sha256=drawing.sha256,
        width_px=drawing.width_px,
        height_px=drawing.height_px,
        masks=[mask_record(mask) for mask in drawing.masks],
        template_id=drawing.template_id,
        created_at=at,
        crops=[
            ScriptCrop(
                position=place,
                task=crop.task,
                sha256=crop.sha256,
                left_px=crop.left_px,
                top_px=crop.top_px,
                width_px=crop.width_px,
                height_px=crop.height_px,
            )
            for place, crop in enumerate(drawing.crops, start=1)
        ],
    )


def mask_record(rect: Rect) -> dict[str, float]:
    """A mask as a row keeps it, mm."""
    return {"x": rect.x, "y": rect.y, "w": rect.w, "h": rect.h}
