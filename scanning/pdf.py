"""PDF -> pixels of one page after another: the scan inside is taken out; drawn only without one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from scanning.raster import check_size, decoded, open_image, too_many_pixels
from scanning.raw import Limits, Pixels, RawPage, RejectedFile, RejectKind

POINTS_AN_INCH = 72.0
RENDER_DPI = 200.0
# A scan covers the page but for a margin that the scanner's software cut.
LEAST_COVER = 0.8
VISIBLE_TYPES = (
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_SHADING,
    pdfium_c.FPDF_PAGEOBJ_FORM,
)
NO_PAGES = re.compile(rb"/Count\s+0\b")
ONE_PAGE = re.compile(rb"/Type\s*/Page\b")
AN_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
HEAD_BYTES = 1 << 20
# A document keeps what was read of it until it is closed: opened once, a long file would come to
# lie in memory whole.
PAGES_AN_OPENING = 32


def pdf_pages(
    source: BinaryIO, *, name: str, limits: Limits, wanted: Callable[[int], bool]
) -> Iterator[RawPage | None]:
    """The pages of a PDF, one at a time; None for each that is not wanted.

    Raises:
        RejectedFile: the file is damaged, locked or empty, or a page is too large or too small.
    """
    document = _document(source, name=name)
    try:
        count, opened_for = len(document), 0
        if count > limits.pages:
            raise RejectedFile(RejectKind.TOO_MANY_PAGES, {"name": name, "limit": limits.pages})
        for index in range(count):
            if not wanted(index):
                yield None
                continue
            if opened_for == PAGES_AN_OPENING:
                document.close()
                document, opened_for = _document(source, name=name), 0
            pixels, dpi = _page(document, index, name=name, limits=limits)
            opened_for += 1
            yield RawPage(source=name, index=index, pixels=pixels, dpi=dpi)
    finally:
        document.close()


def _document(source: BinaryIO, *, name: str) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        raise RejectedFile(_why_not_opened(source, error), {"name": name}) from error
    if len(document) == 0:
        raise RejectedFile(RejectKind.NO_PAGES, {"name": name})
    return document


def _why_not_opened(source: BinaryIO, error: pdfium.PdfiumError) -> RejectKind:
    if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
        return RejectKind.ENCRYPTED
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if not AN_OBJECT.search(head):
        return RejectKind.WRONG_TYPE
    empty = NO_PAGES.search(head) and not ONE_PAGE.search(head)
    return RejectKind.NO_PAGES if empty else RejectKind.CORRUPT


def _page(
    document: pdfium.PdfDocument, index: int, *, name: str, limits: Limits
) -> tuple[Pixels, float | None]:
    try:
        page = document[index]
        _check_paper(page, name=name, index=index, limits=limits)
        image, quarter_turns = _only_image(page)
        if image is None:
            return _rendered(page, name=name, index=index, limits=limits), RENDER_DPI
        dpi = _image_dpi(image)
        check_size(image.get_px_size(), dpi=dpi, name=name, page=index + 1, limits=limits)
        pixels, shrink = _extracted(image, name=name, index=index, limits=limits)
    except pdfium.PdfiumError as error:
        raise RejectedFile(RejectKind.CORRUPT, {"name": name}) from error
    return np.ascontiguousarray(np.rot90(pixels, -quarter_turns)), dpi / shrink


def _check_paper(page: pdfium.PdfPage, *, name: str, index: int, limits: Limits) -> None:
    """Refuse paper so large that drawing it would pass the limit of pixels."""
    width, height = (side / POINTS_AN_INCH * RENDER_DPI for side in page.get_size())
    if width * height > limits.page_megapixels * 1e6:
        raise too_many_pixels(name=name, page=index + 1, limits=limits)


def _only_image(page: pdfium.PdfPage) -> tuple[pdfium.PdfImage | None, int]:
    """The one image that is the whole page, and its quarter turns clockwise; None if drawn."""
    objects = list(page.get_objects(max_depth=1))
    images = [item for item in objects if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE]
    if len(images) != 1 or any(item.type in VISIBLE_TYPES for item in objects):
        return None, 0
    a, b, c, d, _, _ = images[0].get_matrix().get()
    upright = a > 0 and d > 0 and abs(b) + abs(c) < 1e-3 * (a + d)
    media_width, media_height = page.get_mediabox()[2:]
    if not upright or abs(a * d) < LEAST_COVER * abs(media_width * media_height):
        return None, 0
    return images[0], page.get_rotation() // 90


def _image_dpi(image: pdfium.PdfImage) -> float:
    return float(image.get_px_size()[0] * POINTS_AN_INCH / image.get_matrix().get()[0])


def _extracted(
    image: pdfium.PdfImage, *, name: str, index: int, limits: Limits
) -> tuple[Pixels, float]:
    """The image as stored, and by how much it was shrunk."""
    if list(image.get_filters()) == ["DCTDecode"]:
        stored = io.BytesIO(bytes(image.get_data()))
        with open_image(stored, name=name, limits=limits) as jpeg:
            size = jpeg.size
            if size == image.get_px_size():
                pixels, _ = decoded(jpeg, name=name, page=index + 1, limits=limits)
                return pixels, size[0] / pixels.shape[1]
    return _plain(image.get_bitmap(render=False)), 1.0


def _rendered(page: pdfium.PdfPage, *, name: str, index: int, limits: Limits) -> Pixels:
    size = tuple(round(side / POINTS_AN_INCH * RENDER_DPI) for side in page.get_size())
    check_size((size[0], size[1]), dpi=None, name=name, page=index + 1, limits=limits)
    return _plain(page.render(scale=RENDER_DPI / POINTS_AN_INCH, rev_byteorder=True))


def _plain(bitmap: pdfium.PdfBitmap) -> Pixels:
    """A copy of the bitmap as grey or red, green, blue."""
    image = bitmap.to_pil()
    return np.array(image if image.mode in ("L", "RGB") else image.convert("RGB"))
