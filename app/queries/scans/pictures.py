"""Pictures of pages for the school's coordinator, and a script as an expert will see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.scans import form_of, list_forms
from app.errors import NotYours
from app.models import Page, Script, ScriptCrop, ScriptImage


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture of a page in the store, and whose it is."""

    sha256: str
    page_id: UUID
    exam_id: UUID
    school_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class CropView:
    """The answer to one task, cut out of an anonymous image."""

    crop_id: UUID
    task: str
    width_px: int
    height_px: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageView:
    """One anonymous image, with the paper it shows in millimetres."""

    image_id: UUID
    page_id: UUID
    version: int
    position: int
    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    masks: int
    crops: tuple[CropView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnplacedPage:
    """A page on which no form was found: no expert sees it yet.

    Attributes:
        page_id: the page.
        version: of its row.
        exam_id: the exam.
        school_id: the school.
        forms: versions and names of the exam's forms, one of which it is.
    """

    page_id: UUID
    version: int
    exam_id: UUID
    school_id: UUID
    forms: tuple[tuple[UUID, int, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptView:
    """A script as an expert will see it, and what he will not see yet."""

    script_id: UUID
    exam_id: UUID
    school_id: UUID
    code: str
    published: bool
    images: tuple[ImageView, ...]
    unplaced: tuple[UnplacedPage, ...]


def get_unplaced_page(session: Session, *, page_id: UUID, by: Actor) -> UnplacedPage:
    """A page of one's own school on which no form was found.

    Raises:
        NotYours: the page is not his, or its form is known.
    """
    page = session.get(Page, page_id)
    if page is None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=page.bundle.school_id)
    if page.reading["placement"] is not None:
        raise NotYours
    return UnplacedPage(
        page_id=page.id,
        version=page.version,
        exam_id=page.bundle.exam_id,
        school_id=page.bundle.school_id,
        forms=tuple(
            (form.template_id, form.number, form.title)
            for form in list_forms(session, exam_id=page.bundle.exam_id)
        ),
    )


def get_picture(session: Session, *, page_id: UUID, code_field: bool, by: Actor) -> Picture:
    """The upright page, or its code field alone.

    Raises:
        NotYours: the page is not his, or has no such picture.
    """
    page = session.get(Page, page_id)
    if page is None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=page.bundle.school_id)
    sha256 = page.code_crop_sha256 if code_field else page.image_sha256
    if sha256 is None:
        raise NotYours
    return Picture(
        sha256=sha256,
        page_id=page.id,
        exam_id=page.bundle.exam_id,
        school_id=page.bundle.school_id,
    )


def get_thumbnail_source(session: Session, *, page_id: UUID, by: Actor) -> str:
    """The hash of a page's picture, for whoever uploads: he is shown a few pixels of it.

    Raises:
        NotYours: the page is not of his school, or has no picture.
    """
    page = session.get(Page, page_id)
    if page is None or page.image_sha256 is None:
        raise NotYours
    by.require(Permission.UPLOAD_SCANS, school_id=page.bundle.school_id)
    return page.image_sha256


def get_script(session: Session, *, script_id: UUID, by: Actor) -> ScriptView:
    """A script of one's own school.

    Raises:
        NotYours: it is not.
    """
    script = session.get(Script, script_id)
    if script is None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=script.participant.school_id)
    current = [image for image in script.images if image.replaced_at is None]
    seen = {image.page_id for image in current}
    pages = {page.id: page for page in script.pages}
    return ScriptView(
        script_id=script.id,
        exam_id=script.exam_id,
        school_id=script.participant.school_id,
        code=script.participant.code,
        published=script.published_at is not None,
        images=tuple(_image(image, pages[image.page_id]) for image in current),
        unplaced=tuple(
            UnplacedPage(
                page_id=page.id,
                version=page.version,
                exam_id=script.exam_id,
                school_id=script.participant.school_id,
            )
            for page in script.pages
            if page.id not in seen and page.reading["placement"] is None
        ),
    )


def _image(image: ScriptImage, page: Page) -> ImageView:
    page_mm = form_of(page.template).template.page_mm
    return ImageView(
        image_id=image.id,
        page_id=page.id,
        version=page.version,
        position=image.position,
        width_px=image.width_px,
        height_px=image.height_px,
        width_mm=page_mm[0],
        height_mm=page_mm[1],
        masks=len(image.masks),
        crops=tuple(
            CropView(
                crop_id=crop.id,
                task=crop.task,
                width_px=crop.width_px,
                height_px=crop.height_px,
            )
            for crop in image.crops
        ),
    )


def get_image_file(session: Session, *, image_id: UUID, by: Actor) -> str:
    """The hash of a current anonymous image of one's own school.

    Raises:
        NotYours: it is not, or has been replaced.
    """
    image = session.get(ScriptImage, image_id)
    if image is None or image.replaced_at is not None:
        raise NotYours
    by.require(Permission.DECIDE_PAGES, school_id=image.script.participant.school_id)
    return image.sha256


def get_crop_file(session: Session, *, crop_id: UUID, by: Actor) -> str:
    """The hash of a crop of a current anonymous image of one's own school.

    Raises:
        NotYours: it is not, or its image has been replaced.
    """
    crop = session.get(ScriptCrop, crop_id)
    if crop is None:
        raise NotYours
    get_image_file(session, image_id=crop.image_id, by=by)
    return crop.sha256
