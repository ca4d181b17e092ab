"""JPEG, PNG and TIFF -> pixels of one page after another, every size checked before decoding."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np
from PIL import Image

from scanning.raw import Limits, Pixels, RawPage, RejectedFile, RejectKind

FORMATS = ("JPEG", "PNG", "TIFF")
# What Pillow's readers raise on damaged files.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)
# Above it a page is halved: A4 at 450 dpi still has twice the pixels that reading needs.
FULL_MEGAPIXELS = 20.0
SHORT_SIDE_A5_IN = 148 / 25.4
PAPER_SHORT_SIDES_IN = (5.0, 13.0)  # A5 with a margin cut off, to A3
PLAIN_MODES = ("L", "RGB")


def raster_pages(
    source: BinaryIO, *, name: str, limits: Limits, wanted: Callable[[int], bool]
) -> Iterator[RawPage | None]:
    """The pages of an image file, one at a time; None for each that is not wanted.

    Raises:
        RejectedFile: the file is damaged, or a page is too large or too small.
    """
    with open_image(source, name=name, limits=limits) as image:
        for index in _frames(image, name=name, limits=limits):
            if not wanted(index):
                yield None
                continue
            pixels, dpi = decoded(image, name=name, page=index + 1, limits=limits)
            yield RawPage(source=name, index=index, pixels=pixels, dpi=dpi)


def open_image(source: BinaryIO, *, name: str, limits: Limits) -> Image.Image:
    """The image with its head read and nothing decoded.

    Raises:
        RejectedFile: the head is damaged or tells too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(source, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels(name=name, page=1, limits=limits) from error
    except BROKEN as error:
        raise RejectedFile(RejectKind.CORRUPT, {"name": name}) from error


def decoded(
    image: Image.Image, *, name: str, page: int, limits: Limits
) -> tuple[Pixels, float | None]:
    """Pixels and resolution of the current frame; a very large one at half its size.

    Raises:
        RejectedFile: the frame is too large, too small or damaged.
    """
    dpi = _told_dpi(image)
    check_size(image.size, dpi=dpi, name=name, page=page, limits=limits)
    halve = image.width * image.height > FULL_MEGAPIXELS * 1e6
    try:
        pixels = _pixels(image, halve=halve)
    except BROKEN as error:
        raise RejectedFile(RejectKind.CORRUPT, {"name": name}) from error
    return pixels, dpi / 2 if dpi and halve else dpi


def check_size(
    size_px: tuple[int, int], *, dpi: float | None, name: str, page: int, limits: Limits
) -> None:
    """Refuse a page before it is decoded.

    Raises:
        RejectedFile: it has too many pixels, or too few an inch.
    """
    if size_px[0] * size_px[1] > limits.page_megapixels * 1e6:
        raise too_many_pixels(name=name, page=page, limits=limits)
    short = min(size_px)
    least, most = PAPER_SHORT_SIDES_IN
    told_low = dpi is not None and dpi < limits.least_dpi and least <= short / dpi <= most
    if told_low or short < limits.least_dpi * SHORT_SIDE_A5_IN:
        params = {"name": name, "page": page, "limit": f"{limits.least_dpi:g}"}
        raise RejectedFile(RejectKind.LOW_RESOLUTION, params)


def too_many_pixels(*, name: str, page: int, limits: Limits) -> RejectedFile:
    """The refusal of a page that is too large."""
    params = {"name": name, "page": page, "limit": f"{limits.page_megapixels:g}"}
    return RejectedFile(RejectKind.TOO_MANY_PIXELS, params)


def _frames(image: Image.Image, *, name: str, limits: Limits) -> Iterator[int]:
    """Step through the frames; each number is given when the image stands at it."""
    index = 0
    while _stands_at(image, index, name=name):
        if index >= limits.pages:
            raise RejectedFile(RejectKind.TOO_MANY_PAGES, {"name": name, "limit": limits.pages})
        yield index
        index += 1


def _stands_at(image: Image.Image, index: int, *, name: str) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    except BROKEN as error:
        raise RejectedFile(RejectKind.CORRUPT, {"name": name}) from error
    return True


def _told_dpi(image: Image.Image) -> float | None:
    told = image.info.get("dpi")
    if not told:
        return None
    across = float(told[0])
    return across if across > 1 else None


def _pixels(image: Image.Image, *, halve: bool) -> Pixels:
    if halve and image.format == "JPEG":
        image.draft(image.mode, (image.width // 2, image.height // 2))
        halve = False
    image.load()
    plain = image if image.mode in PLAIN_MODES else _plain(image)
    if halve:
        plain = plain.reduce(2)
    return np.asarray(plain)


def _plain(image: Image.Image) -> Image.Image:
    """The image as grey or RGB; what is transparent becomes white paper."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        opaque = image.convert("RGBA")
        paper = Image.new("RGBA", opaque.size, "white")
        return Image.alpha_composite(paper, opaque).convert("RGB")
    return image.convert("RGB")
