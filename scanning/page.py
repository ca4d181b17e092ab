"""One page through geometry, barcode, digits and quality -> a reading."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from scanning.barcode import read_anywhere, read_located
from scanning.boxes import find_row, rotation_of
from scanning.field import read_code_field
from scanning.fit import Found
from scanning.geometry import MM_PER_INCH, Affine
from scanning.look import look_of
from scanning.marks import held_by_marks
from scanning.polish import polished
from scanning.quality import ink_measures, judged
from scanning.raw import Pixels, RawPage
from scanning.reading import Barcode, PageReading, Placement
from scanning.strokes import packed
from scanning.template import PageTemplate
from scanning.work import nominal_px_per_mm, prepared


def read_page(raw: RawPage, templates: Sequence[PageTemplate]) -> PageReading:
    """All that the page tells.

    Args:
        raw: the page.
        templates: the forms that the bundle may hold; the fitting one is found.
    """
    grey = _grey(raw.pixels)
    nominal = nominal_px_per_mm((grey.shape[1], grey.shape[0]), raw.dpi, templates)
    measures = ink_measures(grey, px_per_mm=nominal)
    nothing = measures.blank and not measures.traces
    chosen, found = (0, None) if nothing else _best_form(grey, nominal, templates)
    template = templates[chosen]
    mm_to_px = None if found is None else found.mm_to_px
    field = None if mm_to_px is None else read_code_field(grey, mm_to_px, template.code_box)
    return PageReading(
        width_px=grey.shape[1],
        height_px=grey.shape[0],
        rotation=0 if mm_to_px is None else rotation_of(mm_to_px),
        digest=measures.digest,
        placement=None if found is None else _placement(chosen, found),
        barcodes=_barcodes(grey, mm_to_px, template, blank=measures.blank),
        digits=() if field is None else field.digits,
        strokes="" if field is None else packed(field.cells),
        hand=() if field is None else field.hand,
        look="" if mm_to_px is None else look_of(grey, mm_to_px, template),
        quality=judged(
            measures,
            shape=grey.shape,
            mm_to_px=mm_to_px,
            page_mm=template.page_mm,
            told_dpi=nominal * MM_PER_INCH,
        ),
    )


def _grey(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:  # noqa: PLR2004  grey already
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _best_form(
    grey: Pixels, nominal: float, templates: Sequence[PageTemplate]
) -> tuple[int, Found | None]:
    """The form whose row of boxes fits best, counted from 0, and how it lies."""
    work = prepared(grey, px_per_mm=nominal)
    chosen, best = 0, None
    for index, template in enumerate(templates):
        found = find_row(work, template)
        if found is not None and (best is None or found.score > best.score):
            chosen, best = index, found
    if best is None:
        return chosen, None
    fine = polished(grey, best.mm_to_px, templates[chosen].code_box)
    fine = held_by_marks(grey, fine, templates[chosen])
    return chosen, Found(mm_to_px=fine, outline=best.outline, score=best.score)


def _placement(chosen: int, found: Found) -> Placement:
    first, second = ([float(value) for value in row] for row in found.mm_to_px)
    return Placement(
        template=chosen,
        mm_to_px=((first[0], first[1], first[2]), (second[0], second[1], second[2])),
        score=round(found.outline, 4),
    )


def _barcodes(
    grey: Pixels, mm_to_px: Affine | None, template: PageTemplate, *, blank: bool
) -> tuple[Barcode, ...]:
    if blank:
        return ()
    if mm_to_px is None:
        return read_anywhere(grey)
    return read_located(grey, mm_to_px, template)
