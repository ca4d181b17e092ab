"""Classes by lot: forms, hands and scanners as different as those of real schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scanning.practice.form import box_corners
from scanning.practice.spec import (
    Box,
    BundleFormat,
    CodeBoxes,
    CodeScheme,
    Colour,
    FormLayout,
    PracticeSpec,
    Scanner,
)

Rng = np.random.Generator

PAPERS_MM = ((210.0, 297.0), (148.0, 210.0), (215.9, 279.4), (297.0, 210.0), (210.0, 148.0))
PAPER_SHARES = (0.5, 0.15, 0.2, 0.075, 0.075)
LENGTHS = (4, 5, 6, 7, 8, 10)
LENGTH_SHARES = (0.1, 0.55, 0.15, 0.08, 0.07, 0.05)
FORMATS = (BundleFormat.PDF, BundleFormat.TIFF, BundleFormat.ZIP, BundleFormat.JPEG)
FORMAT_SHARES = (0.55, 0.2, 0.15, 0.1)
COLOURS = (Colour.GREY, Colour.COLOUR, Colour.BILEVEL)
COLOUR_SHARES = (0.5, 0.25, 0.25)
RESOLUTIONS = (150, 200, 300)
EDGE_MM = 8.0  # a form prints nothing closer to the edge of the paper
LABEL_MM = 14.0  # the word before the boxes
APART_MM = 6.0  # between two fields
TRIES = 60
FALLEN = 0.15  # share of stacks that were dropped
SEVERAL_FORMS = 0.3  # share of works whose pages are on different forms
UNSHARP = 0.2
FADED = 0.2


def class_by_lot(*, seed: int, scheme: CodeScheme, pupils: int = 25) -> PracticeSpec:
    """A class, its work and its scanner; the same seed gives the same.

    Args:
        seed: of the lot.
        scheme: how the codes of the class were issued.
        pupils: how many wrote the work.
    """
    rng = np.random.default_rng([seed, pupils])
    length = int(rng.choice(LENGTHS, p=LENGTH_SHARES))
    forms = 1 + int(rng.integers(1, 3)) if rng.random() < SEVERAL_FORMS else 1
    layouts = [layout_by_lot(rng, length) for _ in range(forms)]
    colour = COLOURS[int(rng.choice(len(COLOURS), p=COLOUR_SHARES))]
    return PracticeSpec(
        layout=layouts[0],
        more_layouts=tuple(layouts[1:]),
        pupils=pupils,
        pages=int(rng.integers(max(2, forms), 7)),
        scheme=scheme,
        qr_share=float(rng.choice([0.0, 0.0, 0.0, 0.5])),
        scanner=scanner_by_lot(rng, colour),
        bundle=FORMATS[int(rng.choice(len(FORMATS), p=FORMAT_SHARES))],
        dropped=bool(rng.random() < FALLEN),
    )


def layout_by_lot(rng: Rng, length: int) -> FormLayout:
    """A form with so many boxes somewhere on some paper, slightly turned or not."""
    page = PAPERS_MM[int(rng.choice(len(PAPERS_MM), p=PAPER_SHARES))]
    row = _row(rng, length, page)
    taken = [_round_row(row)]
    sticker = _field(rng, page, taken, wide=(18, 26), high=None) if rng.random() < 0.6 else None  # noqa: PLR2004
    taken += [sticker] if sticker else []
    name = _field(rng, page, taken, wide=(80, 110), high=(7, 9)) if rng.random() < 0.6 else None  # noqa: PLR2004
    return FormLayout(
        page_mm=page,
        code_box=row,
        name_field=name,
        sticker=sticker,
        fiducials_mm=_marks(page, taken) if rng.random() < 0.3 else None,  # noqa: PLR2004
    )


def scanner_by_lot(rng: Rng, colour: Colour) -> Scanner:
    """A scanner between a new one and one that a school should not use any more."""
    fine = colour is Colour.BILEVEL
    return Scanner(
        dpi=int(rng.choice(RESOLUTIONS[1:] if fine else RESOLUTIONS)),
        colour=colour,
        skew_degrees=float(rng.choice([0.5, 1.5, 3.0, 6.0])),
        wear=float(rng.uniform(0.2, 1.3)),
        jpeg_quality=int(rng.integers(35, 90)),
        pencil=float(rng.uniform(0.0, 0.3)),
        blur_mm=float(rng.uniform(0.05, 0.15)) if rng.random() < UNSHARP else 0.0,
        contrast=float(rng.uniform(0.5, 0.9)) if not fine and rng.random() < FADED else 1.0,
    )


def _row(rng: Rng, length: int, page: tuple[float, float]) -> CodeBoxes:
    """A row of boxes that lies within the paper's margins."""
    width, height = page
    wide = float(rng.uniform(6.0, 8.5))
    room = (width - 2 * EDGE_MM - LABEL_MM - wide) / max(length - 1, 1)
    pitch = min(wide + float(rng.choice([0.0, 0.5, 1.5, 3.0])), max(room, wide))
    high = float(rng.uniform(8.0, 10.5))
    angle = float(rng.choice([0.0, 0.0, 0.0, rng.uniform(-3, 3)]))
    reach = pitch * (length - 1) + wide
    slope = reach * abs(np.sin(np.deg2rad(angle))) + 1
    x = rng.uniform(EDGE_MM + LABEL_MM, max(width - EDGE_MM - reach - 1, EDGE_MM + LABEL_MM + 0.1))
    low = EDGE_MM + slope
    y = _near_an_edge(rng, low, max(height - EDGE_MM - high - slope, low + 0.1))
    return CodeBoxes(
        x=round(float(x), 1),
        y=round(float(y), 1),
        w=round(wide, 1),
        h=round(high, 1),
        pitch=max(round(pitch, 1), round(wide, 1)),
        n=length,
        angle=round(angle, 2),
    )


def _near_an_edge(rng: Rng, low: float, high: float) -> float:
    """Mostly in the upper or the lower quarter, where forms keep their fields."""
    place = float(rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1), rng.uniform(0, 1)]))
    return low + place * (high - low)


def _round_row(row: CodeBoxes) -> Box:
    """The row with its label, as an upright box."""
    corners = np.concatenate([box_corners(row, place) for place in (0, row.n - 1)])
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    left = max(0.0, left - LABEL_MM)
    return Box(x=float(left), y=float(top), w=float(right - left), h=float(bottom - top))


def _field(
    rng: Rng,
    page: tuple[float, float],
    taken: Sequence[Box],
    *,
    wide: tuple[float, float],
    high: tuple[float, float] | None,
) -> Box | None:
    """A free place for a field in the upper or the lower third; a square one without `high`."""
    for _ in range(TRIES):
        w = min(float(rng.uniform(*wide)), page[0] - 2 * EDGE_MM - 1)
        h = w if high is None else float(rng.uniform(*high))
        x = float(rng.uniform(EDGE_MM, page[0] - EDGE_MM - w))
        y = _near_an_edge(rng, EDGE_MM, page[1] - EDGE_MM - h)
        if not any(_near(Box(x=x, y=y, w=w, h=h), other) for other in taken):
            return Box(x=round(x, 1), y=round(y, 1), w=round(w, 1), h=round(h, 1))
    return None


def _marks(page: tuple[float, float], taken: Sequence[Box]) -> tuple[tuple[float, float], ...]:
    """Squares in the corners that are free."""
    at = EDGE_MM - 1
    corners = [(x, y) for y in (at, page[1] - at) for x in (at, page[0] - at)]
    return tuple(
        (x, y)
        for x, y in corners
        if not any(_near(Box(x=x - 3, y=y - 3, w=6, h=6), box) for box in taken)
    )


def _near(one: Box, other: Box) -> bool:
    """Whether two boxes stand closer than fields do."""
    beside = one.x + one.w + APART_MM <= other.x or other.x + other.w + APART_MM <= one.x
    above = one.y + one.h + APART_MM <= other.y or other.y + other.h + APART_MM <= one.y
    return not (beside or above)
