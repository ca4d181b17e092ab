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

from app.access import Actor, Permission
from app.audit import record
from app.bridge.scans import drawing_template, get_form, reading_of
from app.bridge.scripts import ordered_pages
from app.errors import NotYours, Refusal
from app.models import Page, Script, ScriptImage
from app.storage import FileStore
from scanning import RawPage, Rect, anonymise, as_viewed

MARK_WHY = "личная пометка"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """The anonymous image of one page as it lies in the store; `page_version` is what was drawn."""

    page_id: UUID
    page_version: int
    sha256: str
    width_px: int
    height_px: int
    masks: tuple[Rect, ...]


def draw_script(session: Session, *, store: FileStore, script_id: UUID) -> tuple[Drawing, ...]:
    """Draw what the script's pages lack; reads rows, writes files only.

    A page on which no form was found is left out: nobody knows what of it may be shown.
    """
    script = session.get_one(Script, script_id)
    current = {image.page_id for image in _current(script)}
    return tuple(
        _draw(session, store, page, masks=_earlier_masks(session, page.id))
        for page in script.pages
        if page.id not in current and reading_of(page).placement is not None
    )


def issue_images(
    session: Session, *, script_id: UUID, drawings: Sequence[Drawing], at: datetime
) -> int:
    """Make the script's images those of its pages now, in their order; how many were issued.

    An image that stays at its place keeps its id; any other is replaced and cannot be reached.
    What was drawn of a page that somebody has decided since is let go: his decision has a job.
    """
    script = session.get_one(Script, script_id)
    versions = {page.id: page.version for page in script.pages}
    drawn = {
        drawing.page_id: drawing
        for drawing in drawings
        if versions.get(drawing.page_id) == drawing.page_version
    }
    kept = {image.page_id: image for image in _current(script)}
    shown = [page for page in ordered_pages(script.pages) if page.id in drawn or page.id in kept]
    wanted = {page.id: position for position, page in enumerate(shown, start=1)}
    stale = [image for image in kept.values() if wanted.get(image.page_id) != image.position]
    for image in stale:
        image.replaced_at = at
    session.flush()
    fresh = [
        _row(script, _drawing(page, drawn, kept), position=wanted[page.id], at=at)
        for page in shown
        if page.id not in kept or kept[page.id] in stale
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


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
    drawing = _draw(session, store, page, masks=masks)
    image.replaced_at = at
    session.flush()
    issued = _row(script, drawing, position=image.position, at=at)
    session.add(issued)
    session.flush()
    record(
        session,
        action="image.masked",
        subject_kind="script",
        subject_id=script.id,
        by=by,
        at=at,
        school_id=script.participant.school_id,
        exam_id=script.exam_id,
        old={"image": str(image.id)},
        new={"image": str(issued.id), "mask": _mask(box_mm)},
        why=MARK_WHY,
    )
    return issued.id


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


def _draw(session: Session, store: FileStore, page: Page, *, masks: tuple[Rect, ...]) -> Drawing:
    template = drawing_template(page, get_form(session, exam_id=page.bundle.exam_id))
    pixels = _picture(store, page)
    reading = as_viewed(
        reading_of(page), template, width_px=pixels.shape[1], height_px=pixels.shape[0]
    )
    raw = RawPage(source="", index=0, pixels=pixels, dpi=None)
    drawn = anonymise(raw, reading, template, page=page.page_number, masks=masks)
    with Image.open(io.BytesIO(drawn.page)) as image:
        width, height = image.size
    return Drawing(
        page_id=page.id,
        page_version=page.version,
        sha256=store.put(drawn.page),
        width_px=width,
        height_px=height,
        masks=masks,
    )


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
        sha256=image.sha256,
        width_px=image.width_px,
        height_px=image.height_px,
        masks=tuple(Rect(**mask) for mask in image.masks),
    )


def _row(script: Script, drawing: Drawing, *, position: int, at: datetime) -> ScriptImage:
    return ScriptImage(
        script_id=script.id,
        page_id=drawing.page_id,
        position=position,
        sha256=drawing.sha256,
        width_px=drawing.width_px,
        height_px=drawing.height_px,
        masks=[_mask(mask) for mask in drawing.masks],
        created_at=at,
    )


def _mask(rect: Rect) -> dict[str, float]:
    return {"x": rect.x, "y": rect.y, "w": rect.w, "h": rect.h}
