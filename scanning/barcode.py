"""QR, Data Matrix, Code 128: several readers in a stated order, and what their texts say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from scanning.codes import IssuedCodes
from scanning.geometry import Affine, Points, cut_out, moved, reduced
from scanning.raw import Pixels
from scanning.reading import Barcode
from scanning.template import PageTemplate, Rect

FORMATS: Any = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Code128,
)
STICKER_MARGIN_MM = 8.0
STICKER_PX_PER_MM = 8.0  # 200 dpi; a module of 0.5 mm has four pixels
CORNER_MM = 45.0
CORNER_PX_PER_MM = 6.0
WHOLE_PAGE_PX = 2400  # longer side
SMALL_PICTURE_PX = 1_000_000  # below it a picture is also tried enlarged
# A barcode covers a fifth of its field and more; dirt and print-through do not.
LEAST_DARK_SHARE = 0.03
LEAST_CONTRAST = 30.0
LOOK_PX_PER_MM = 2.0
LEAST_BARCODE_MM = 12.0
CLOSE_DARK_SHARE = 0.5  # somewhere a barcode is so dark, even blurred and pale; text seldom is
# A line of a pen is thinner than a module of print: what is narrower than so many pixels is paper.
PENS_PX = (5, 7, 9)
PRINT_SHARE = 0.2  # of the way from printer's black to paper; blue and grey pens lie above


def read_located(pixels: Pixels, mm_to_px: Affine, template: PageTemplate) -> tuple[Barcode, ...]:
    """The barcodes of a located page: in the sticker's field, else in the corners of the page."""
    regions = _corner_regions(template)
    if template.sticker is None:
        return _read_regions(pixels, mm_to_px, regions, CORNER_PX_PER_MM)
    field = template.sticker.grown(STICKER_MARGIN_MM)
    found = _read_regions(pixels, mm_to_px, [field], STICKER_PX_PER_MM)
    if found:
        return found
    if not _something_in(pixels, mm_to_px, template.sticker):
        # The second code of the sheet may stand in another corner.
        crowded = [region for region in regions if _print_stands_close(pixels, mm_to_px, region)]
        return _read_regions(pixels, mm_to_px, crowded, CORNER_PX_PER_MM)
    return _read_regions(
        pixels, mm_to_px, [field], 2 * STICKER_PX_PER_MM, hard=True
    ) or _read_regions(pixels, mm_to_px, regions, CORNER_PX_PER_MM)


def read_anywhere(grey: Pixels) -> tuple[Barcode, ...]:
    """The barcodes of a page that no form was found on."""
    factor = min(1.0, WHOLE_PAGE_PX / max(grey.shape))
    return _told(_zxing(reduced(grey, factor)), factor)


def read_picture(grey: Pixels) -> tuple[Barcode, ...]:
    """The barcodes of any picture, a photograph or a damaged page, with all the patience there is.

    Args:
        grey: dark on light or light on dark, (h, w).
    """
    factor = min(1.0, WHOLE_PAGE_PX / max(grey.shape))
    whole = reduced(grey, factor)
    sizes = [1.0, 0.5, 0.25] if whole.size > SMALL_PICTURE_PX else [1.0, 3.0, 0.5, 0.25]
    for size in sizes:
        found = _zxing(_resized(whole, size))
        if found:
            return _told(found, factor * size)
    for size in (1.0, 0.5):
        found = _zbar(_resized(whole, size))
        if found:
            return _told(found, factor * size)
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BarcodeClaim:
    """What the barcodes of one page say: the issued codes named, the page number, foreign codes."""

    codes: tuple[str, ...]
    page: int | None
    foreign: bool


def claim_of(barcodes: Sequence[Barcode], issued: IssuedCodes) -> BarcodeClaim:
    """Issued codes among the texts; a text names a code when it stands there as a whole word.

    A number as long as the issued codes that is not among them is a foreign code; a text with
    neither (a form's own number) says nothing.
    """
    words = [re.findall(r"\w+", item.text) for item in barcodes]
    named = [(code, after) for text in words for code, after in _named(text, issued)]
    codes = tuple(sorted({code for code, _ in named}))
    pages = {after for _, after in named if after is not None}
    lengths = {len(code) for code in issued.codes}
    numbers = {word for text in words for word in text if word.isdigit() and len(word) in lengths}
    return BarcodeClaim(
        codes=codes,
        page=pages.pop() if len(pages) == 1 else None,
        foreign=not codes and bool(numbers),
    )


def _named(words: Sequence[str], issued: IssuedCodes) -> list[tuple[str, int | None]]:
    """Every issued code among the words, with the page number that follows it."""
    return [
        (word, _page_number(words[place + 1 : place + 2]))
        for place, word in enumerate(words)
        if word in issued
    ]


def _page_number(following: Sequence[str]) -> int | None:
    if not following or not following[0].isdigit() or len(following[0]) > 2:  # noqa: PLR2004
        return None
    return int(following[0]) or None


def _corner_regions(template: PageTemplate) -> list[Rect]:
    width, height = template.page_mm
    side = min(CORNER_MM, width / 2, height / 2)
    lefts, tops = (0.0, width - side), (0.0, height - side)
    return [Rect(x=x, y=y, w=side, h=side) for y in tops for x in lefts]


def _region_corners(rect: Rect) -> Points:
    return np.array(
        [[rect.x, rect.y], [rect.right, rect.y], [rect.right, rect.bottom], [rect.x, rect.bottom]]
    )


def _read_regions(
    pixels: Pixels,
    mm_to_px: Affine,
    regions: Sequence[Rect],
    px_per_mm: float,
    *,
    hard: bool = False,
) -> tuple[Barcode, ...]:
    """Every barcode in these parts of the page; `hard` also sharpens and asks the second reader."""
    found: dict[str, Barcode] = {}
    for rect in regions:
        part = _grey(cut_out(pixels, mm_to_px, _region_corners(rect), px_per_mm=px_per_mm))
        for text, corners in _hard(part) if hard else _zxing(part):
            at = corners / px_per_mm + np.array([rect.x, rect.y])
            on_scan = moved(at, mm_to_px[None])[0]
            found.setdefault(text, Barcode(text=text, corners=_pairs(on_scan)))
    return tuple(found.values())


def _something_in(pixels: Pixels, mm_to_px: Affine, rect: Rect) -> bool:
    part = _grey(cut_out(pixels, mm_to_px, _region_corners(rect), px_per_mm=LOOK_PX_PER_MM))
    low, high = _levels(part)
    dark = part < (low + high) / 2
    return high - low > LEAST_CONTRAST and float(dark.mean()) > LEAST_DARK_SHARE


def _levels(part: Pixels) -> tuple[float, float]:
    """The grey levels of the ink and of the paper."""
    ink, paper = int(0.02 * (part.size - 1)), int(0.9 * (part.size - 1))
    ordered = np.partition(part, (ink, paper), axis=None)
    return float(ordered[ink]), float(ordered[paper])


def _print_stands_close(pixels: Pixels, mm_to_px: Affine, rect: Rect) -> bool:
    """Whether a part of the page somewhere is as dark as a barcode; lines of text are not."""
    part = _grey(cut_out(pixels, mm_to_px, _region_corners(rect), px_per_mm=LOOK_PX_PER_MM))
    low, high = _levels(part)
    if high - low <= LEAST_CONTRAST:
        return False
    dark = (part < (low + high) / 2).astype(np.float32)
    side = round(LEAST_BARCODE_MM * LOOK_PX_PER_MM)
    return float(cv2.blur(dark, (side, side)).max()) > CLOSE_DARK_SHARE


def _grey(part: Pixels) -> Pixels:
    return part if part.ndim == 2 else np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)  # noqa: PLR2004


def _told(found: list[tuple[str, Points]], factor: float) -> tuple[Barcode, ...]:
    """What was found in a picture `factor` times as large as the scan."""
    return tuple(Barcode(text=text, corners=_pairs(corners / factor)) for text, corners in found)


def _resized(picture: Pixels, factor: float) -> Pixels:
    if factor <= 1:
        return reduced(picture, factor)
    large = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def _zxing(part: Pixels) -> list[tuple[str, Points]]:
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(part), formats=FORMATS, text_mode=zxingcpp.TextMode.Plain
    )
    return [(item.text, _zxing_corners(item.position)) for item in found if item.text]


def _zxing_corners(position: zxingcpp.Position) -> Points:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[corner.x, corner.y] for corner in corners], float)


def _hard(part: Pixels) -> list[tuple[str, Points]]:
    """The slow tail, for a field that holds something unread: cleaned in several ways, pyzbar."""
    for picture in _cleaned(part):
        found = _zxing(picture)
        if found:
            return found
    half = _zxing(reduced(part, 0.5))
    return [(text, corners * 2) for text, corners in half] or _zbar(part)


def _cleaned(part: Pixels) -> Iterator[Pixels]:
    """The field as it is, steadied, sharpened, and without what a pen drew over the print."""
    yield part
    smooth = np.asarray(cv2.GaussianBlur(part, (0, 0), 2), np.uint8)
    yield smooth
    blurred = cv2.GaussianBlur(part, (0, 0), 3)
    yield np.asarray(cv2.addWeighted(part, 2.0, blurred, -1.0, 0), np.uint8)
    # A pen is lighter than printer's black: only the darkest pixels are the code's own.
    low, high = np.percentile(part, (2, 90))
    yield np.where(part < low + PRINT_SHARE * (high - low), 0, 255).astype(np.uint8)
    for source in (part, smooth):
        for width in PENS_PX:
            rod = np.ones((width, width), np.uint8)
            yield np.asarray(cv2.morphologyEx(source, cv2.MORPH_CLOSE, rod), np.uint8)


def _zbar(part: Pixels) -> list[tuple[str, Points]]:
    """The second reader; it guesses the alphabet of a text, so only plain ASCII is believed."""
    found = pyzbar.decode(part, symbols=[pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128])
    return [
        (item.data.decode("ascii"), np.array(item.polygon, float))
        for item in found
        if item.data.isascii()
    ]


def _pairs(corners: Points) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)
