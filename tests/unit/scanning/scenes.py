"""Small made-up pages and readings that tests of scanning share."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from scanning import (
    Barcode,
    CodeBox,
    PageReading,
    PageTemplate,
    Placement,
    Quality,
    RawPage,
    Rect,
)
from scanning.look import look_of

PX_PER_MM = 6.0
DPI = PX_PER_MM * 25.4
BOX = CodeBox(x=70.0, y=14.0, w=7.0, h=9.0, pitch=8.5, n=5)
FORM = PageTemplate(
    page_mm=(148.0, 210.0),
    code_box=BOX,
    name_field=Rect(x=15, y=28, w=60, h=8),
    sticker=Rect(x=12, y=8, w=20, h=20),
)
UPRIGHT = np.array([[PX_PER_MM, 0, 0], [0, PX_PER_MM, 0]])


def blank_page(page_mm=FORM.page_mm, paper=235):
    width, height = (round(side * PX_PER_MM) for side in page_mm)
    noise = np.random.default_rng(1).normal(0, 2, (height, width))
    return np.clip(paper + noise, 0, 255).astype(np.uint8)


def printed_form(form=FORM):
    """A page with its code boxes, lines of text and an answer frame."""
    page = blank_page(form.page_mm)
    for index in range(form.code_box.n):
        corners = np.rint(np.array(form.code_box.corners(index)) * PX_PER_MM).astype(np.int32)
        cv2.polylines(page, [corners], isClosed=True, color=60, thickness=2)
    for row in range(60, 180, 12):
        cv2.putText(page, "Reshite uravnenie", (90, row * 6), 0, 1.0, 50, 2)
    cv2.rectangle(page, (120, 1100), (500, 1160), 60, 2)
    return page


def sheet(page, lot):
    """The look of a page of the form: its own print, and handwriting that no other sheet has."""
    picture = blank_page()
    rows = np.random.default_rng(page).permutation(np.arange(50, 200, 8))[:9]
    for row in rows:
        cv2.putText(picture, "Zadanie", (60, int(row * PX_PER_MM)), 0, 1.0, 40, 2)
    for _ in range(12):
        start = lot.integers([60, 300], [800, 1200])
        end = (int(start[0]) + 60, int(start[1]) + int(lot.integers(-9, 9)))
        cv2.line(picture, (int(start[0]), int(start[1])), end, 90, 2)
    return look_of(picture, UPRIGHT, FORM)


def turned(page, quarters):
    return np.ascontiguousarray(np.rot90(page, -quarters))


def skewed(page, degrees):
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(page, turn, (width, height), borderValue=235)


def raw(pixels, dpi=DPI):
    return RawPage(source="scan", index=0, pixels=np.ascontiguousarray(pixels), dpi=dpi)


def encoded(pixels, kind="PNG", dpi=150, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, dpi=(dpi, dpi), **options)
    return buffer.getvalue()


def row_of(digit: int | None, sure=0.99) -> tuple[float, ...] | None:
    if digit is None:
        return None
    shares = [(1 - sure) / 10] * 11
    shares[digit] = sure
    return tuple(shares)


def reading(
    written: str | None,
    *,
    barcode: str | None = None,
    blank: bool = False,
    placed: bool = True,
    sure: float = 0.995,
    digest: str | None = None,
    digits: Sequence[tuple[float, ...] | None] | None = None,
) -> PageReading:
    """A reading of a page on which `written` stands clearly; None for an empty field."""
    reading.made += 1  # type: ignore[attr-defined]
    rows = [row_of(int(digit), sure) for digit in written] if written else [None] * 5
    return PageReading(
        width_px=100,
        height_px=100,
        rotation=0,
        digest=digest or f"page {reading.made}",  # type: ignore[attr-defined]
        placement=Placement(template=0, mm_to_px=((1, 0, 0), (0, 1, 0)), score=1.0)
        if placed
        else None,
        barcodes=()
        if barcode is None
        else (Barcode(text=barcode, corners=((0, 0), (9, 0), (9, 9), (0, 9))),),
        digits=tuple(digits if digits is not None else rows) if placed else (),
        strokes="",
        hand=(),
        look="",
        quality=Quality(
            paper=230, contrast=150, sharpness=0.8, ink=0.05, dpi=150, blank=blank, faults=()
        ),
    )


reading.made = 0  # type: ignore[attr-defined]
