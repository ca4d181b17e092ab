"""What experts may see of a page: its visible areas drawn anew on white paper, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scanning.errors import ScanError
from scanning.geometry import MM_PER_INCH, Affine, cut_out
from scanning.raw import Pixels, RawPage
from scanning.reading import PageReading
from scanning.template import PageTemplate, Rect

VIEW_DPI = 150
VIEW_PX_PER_MM = VIEW_DPI / MM_PER_INCH
JPEG_QUALITY = 60  # 100 to 200 KB a page at 150 dpi
WHITE = 255
BARCODE_MARGIN_MM = 2.0
CODE_MARGIN_MM = 5.0
CODE_PX_PER_MM = 12.0


class NotPlacedError(ScanError):
    """A page on which no form was found: nobody knows what of it may be shown."""

    def __init__(self) -> None:
        super().__init__(
            "На странице не найдено поле кода, поэтому её нельзя показать эксперту. "
            "Отсканируйте страницу заново."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskCrop:
    """The answer to one task: its label, a JPEG, and where on the page's image it was cut out."""

    task: str
    jpeg: bytes
    left_px: int
    top_px: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AnonymousImages:
    """What an expert may see of one page: a JPEG of it at 150 dpi, and crops by task."""

    page: bytes
    crops: tuple[TaskCrop, ...]


def anonymise(
    raw: RawPage,
    reading: PageReading,
    template: PageTemplate,
    *,
    page: int | None,
    masks: Sequence[Rect] = (),
) -> AnonymousImages:
    """Draw the visible areas of a placed page on white; fields of codes and names never show.

    Args:
        raw: the page as scanned.
        reading: how the form lies in it, and where barcodes were found.
        template: the form.
        page: number of the page in the script; without it only areas of every page are shown.
        masks: further places to paint over, such as personal marks, mm.

    Raises:
        NotPlacedError: no form was found on the page.
    """
    mm_to_px = _placed(reading)
    areas = template.visible_areas(page)
    canvas = _paper(template.page_mm, like=raw.pixels)
    for area in areas:
        _draw(canvas, raw.pixels, mm_to_px, area.rect)
    for rect in (*template.private_fields(), *masks):
        _paint(canvas, _rect_corners(rect))
    for corners in _barcode_corners(reading, mm_to_px):
        _paint(canvas, corners)
    crops = tuple(
        _task_crop(canvas, area.rect, task=area.task) for area in areas if area.task is not None
    )
    return AnonymousImages(page=_jpeg(canvas), crops=crops)


def upright(raw: RawPage, reading: PageReading, template: PageTemplate) -> bytes:
    """The whole page for the coordinator of the school, upright where a form was found; JPEG."""
    if reading.placement is None:
        longest = max(raw.pixels.shape[:2])
        factor = min(1.0, max(template.page_mm) * VIEW_PX_PER_MM / longest)
        return _jpeg(
            cv2.resize(raw.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        )
    width, height = template.page_mm
    corners = _rect_corners(Rect(x=0, y=0, w=width, h=height))
    return _jpeg(cut_out(raw.pixels, _placed(reading), corners, px_per_mm=VIEW_PX_PER_MM))


def code_crop(raw: RawPage, reading: PageReading, template: PageTemplate) -> bytes:
    """The code field, enlarged, for the coordinator of the school; JPEG.

    Raises:
        NotPlacedError: no form was found on the page.
    """
    corners = np.array(template.code_box.corners())
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    along, down = along / np.hypot(*along), down / np.hypot(*down)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)
    field = corners + CODE_MARGIN_MM * (signs @ np.stack([along, down]))
    return _jpeg(cut_out(raw.pixels, _placed(reading), field, px_per_mm=CODE_PX_PER_MM))


def _placed(reading: PageReading) -> Affine:
    if reading.placement is None:
        raise NotPlacedError
    return np.array(reading.placement.mm_to_px)


def _paper(page_mm: tuple[float, float], *, like: Pixels) -> Pixels:
    width, height = (round(side * VIEW_PX_PER_MM) for side in page_mm)
    return np.full((height, width, *like.shape[2:]), WHITE, np.uint8)


def _draw(canvas: Pixels, pixels: Pixels, mm_to_px: Affine, rect: Rect) -> None:
    """Draw one area of the scan where it belongs; what leaves the paper is cut off."""
    left, top, right, bottom = _pixel_sides(rect, canvas)
    if right <= left or bottom <= top:
        return
    shown = Rect(
        x=left / VIEW_PX_PER_MM,
        y=top / VIEW_PX_PER_MM,
        w=(right - left) / VIEW_PX_PER_MM,
        h=(bottom - top) / VIEW_PX_PER_MM,
    )
    part = cut_out(pixels, mm_to_px, _rect_corners(shown), px_per_mm=VIEW_PX_PER_MM)
    canvas[top:bottom, left:right] = part


def _part(canvas: Pixels, rect: Rect) -> Pixels:
    left, top, right, bottom = _pixel_sides(rect, canvas)
    return canvas[top : max(bottom, top + 1), left : max(right, left + 1)]


def _pixel_sides(rect: Rect, canvas: Pixels) -> tuple[int, int, int, int]:
    height, width = canvas.shape[:2]
    left, right = (min(max(round(x * VIEW_PX_PER_MM), 0), width) for x in (rect.x, rect.right))
    top, bottom = (min(max(round(y * VIEW_PX_PER_MM), 0), height) for y in (rect.y, rect.bottom))
    return left, top, right, bottom


def _task_crop(canvas: Pixels, rect: Rect, *, task: str) -> TaskCrop:
    left, top, _, _ = _pixel_sides(rect, canvas)
    return TaskCrop(task=task, jpeg=_jpeg(_part(canvas, rect)), left_px=left, top_px=top)


def _barcode_corners(reading: PageReading, mm_to_px: Affine) -> list[npt.NDArray[np.float64]]:
    """Every barcode that was read, with its margin, mm on the page."""
    turn = np.linalg.inv(mm_to_px[:, :2])
    found = []
    for barcode in reading.barcodes:
        corners = (np.array(barcode.corners) - mm_to_px[:, 2]) @ turn.T
        low = corners.min(axis=0) - BARCODE_MARGIN_MM
        high = corners.max(axis=0) + BARCODE_MARGIN_MM
        found.append(
            _rect_corners(Rect(x=low[0], y=low[1], w=high[0] - low[0], h=high[1] - low[1]))
        )
    return found


def _paint(canvas: Pixels, corners_mm: npt.NDArray[np.float64]) -> None:
    points = np.rint(corners_mm * VIEW_PX_PER_MM).astype(np.int32)
    cv2.fillPoly(canvas, [points], (WHITE, WHITE, WHITE))


def _rect_corners(rect: Rect) -> npt.NDArray[np.float64]:
    return np.array(
        [[rect.x, rect.y], [rect.right, rect.y], [rect.right, rect.bottom], [rect.x, rect.bottom]]
    )


def _jpeg(pixels: npt.NDArray[np.generic]) -> bytes:
    """Encoded from pixels alone: nothing of the file it came from is carried over."""
    picture = np.ascontiguousarray(pixels)
    if picture.ndim == 3:  # noqa: PLR2004  OpenCV writes blue, green, red
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(encoded)
