"""Files of every kind give their pages; what is no scan is refused with its own reason."""

import io
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from scanning import ChildReader, Limits, RejectedFile, RejectKind, open_bundle, read_in_child
from scanning.pdf import PAGES_AN_OPENING
from scanning.practice import hostile_files

from .scenes import blank_page, encoded, printed_form

PAGE = printed_form()
STRIP_OFFSETS, ROWS_PER_STRIP, STRIP_BYTES = 273, 278, 279  # of a TIFF
LEVELS = np.where(PAGE > 128, 255, 0)


def pages_of(content, name="scan", **options):
    return list(open_bundle(content, name=name, **options))


def refusal_of(content, name="scan", **options):
    with pytest.raises(RejectedFile) as refusal:
        pages_of(content, name, **options)
    assert name in str(refusal.value)
    return refusal.value.kind


def pdf(*pictures, rotate=0, text="", page=(420, 595)):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=page)
    for picture in pictures:
        canvas.setPageRotation(rotate)
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, *page)
        if text:
            canvas.rect(50, 50, 100, 100)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def tiff(*pictures, **options):
    buffer = io.BytesIO()
    first, *others = (Image.fromarray(picture) for picture in pictures)
    first.save(buffer, "TIFF", save_all=True, append_images=others, dpi=(150, 150), **options)
    return buffer.getvalue()


def pdf_in_jbig2(light):
    """One page whose picture is JBIG2: a page and one region coded as a fax (ITU-T T.88)."""
    height, width = light.shape
    size = struct.pack(">II", width, height)
    content = tiff(~light, compression="group4", tiffinfo={ROWS_PER_STRIP: height})
    with Image.open(io.BytesIO(content)) as image:
        (at,), (count,) = image.tag_v2[STRIP_OFFSETS], image.tag_v2[STRIP_BYTES]
    fax = content[at : at + count]
    page = size + bytes(8) + b"\x00" + b"\x00\x00"
    region = size + bytes(8) + b"\x00" + b"\x01" + fax
    parts = ((0, 48, page), (1, 38, region))
    stream = b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data for number, kind, data in parts
    )
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1"
        b" /ColorSpace /DeviceGray /Filter /JBIG2Decode /Length %d >> stream\n%b\nendstream"
    ) % (width, height, len(stream), stream)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R %b >>"
        % b"/Resources << /XObject << /I 5 0 R >> >>",
        b"<< /Length 28 >> stream\n420 0 0 595 0 0 cm /I Do    \nendstream",
        picture,
    )
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % item for item in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n"


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_one_page_with_its_resolution(kind):
    (page,) = pages_of(encoded(PAGE, kind))
    assert page.pixels.shape == PAGE.shape
    assert page.dpi == pytest.approx(150, abs=1)
    assert np.abs(page.pixels.astype(int) - PAGE).mean() < 3


def test_a_tiff_gives_its_pages_in_order():
    pages = pages_of(tiff(PAGE, blank_page()))
    assert [page.index for page in pages] == [0, 1]
    assert pages[0].pixels.std() > pages[1].pixels.std()


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_a_fax_of_one_bit_becomes_grey(compression):
    (page,) = pages_of(tiff(PAGE > 128, compression=compression))
    assert np.array_equal(page.pixels > 0, PAGE > 128)


def test_a_page_of_a_pdf_in_jbig2_is_read():
    (page,) = pages_of(pdf_in_jbig2(PAGE > 128))
    assert np.array_equal(page.pixels[..., 0] if page.pixels.ndim > 2 else page.pixels, LEVELS)


def test_a_pdf_longer_than_one_opening_gives_its_pages_in_order():
    small = [np.full((900, 640), 100 + index, np.uint8) for index in range(PAGES_AN_OPENING + 2)]
    pages = pages_of(pdf(*(encoded(picture) for picture in small)))
    assert [int(page.pixels.flat[0]) for page in pages] == [int(page.flat[0]) for page in small]


def test_the_jpeg_inside_a_pdf_is_taken_out_without_loss():
    picture = encoded(PAGE, "JPEG")
    (page,) = pages_of(pdf(picture))
    assert np.array_equal(page.pixels, np.asarray(Image.open(io.BytesIO(picture))))
    assert page.dpi == pytest.approx(PAGE.shape[1] / 420 * 72)


def test_a_lossless_picture_inside_a_pdf_is_taken_out():
    (page,) = pages_of(pdf(encoded(np.dstack([PAGE] * 3))))
    assert np.array_equal(page.pixels, np.dstack([PAGE] * 3))


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_pdf_page_turned_by_its_head_is_turned(quarters):
    (page,) = pages_of(pdf(encoded(PAGE, "JPEG"), rotate=90 * quarters))
    upright = np.asarray(Image.open(io.BytesIO(encoded(PAGE, "JPEG"))))
    assert np.array_equal(page.pixels, np.rot90(upright, -quarters))


def test_a_pdf_page_with_more_than_a_picture_is_drawn():
    (page,) = pages_of(pdf(encoded(PAGE, "JPEG"), text="box"))
    assert page.dpi == 200
    assert page.pixels.shape[:2] == (round(595 / 72 * 200), round(420 / 72 * 200))


def test_a_zip_gives_its_scans_by_number():
    content = zipped(**{"scan_10.png": encoded(blank_page()), "scan_2.png": encoded(PAGE)})
    pages = pages_of(content, "pack.zip")
    assert [page.source for page in pages] == ["pack.zip/scan_2.png", "pack.zip/scan_10.png"]
    assert [page.index for page in pages] == [0, 1]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_grey_or_colour(mode):
    image = Image.fromarray(PAGE)
    if mode == "I;16":
        image = Image.fromarray(PAGE.astype(np.uint16) * 257)
    else:
        image = image.convert("RGBA").convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    (page,) = pages_of(buffer.getvalue())
    assert page.pixels.dtype == np.uint8
    grey = page.pixels if page.pixels.ndim == 2 else page.pixels.mean(axis=2)
    assert np.abs(grey - PAGE).mean() < 12


def test_a_very_large_page_is_halved():
    (page,) = pages_of(encoded(np.full((5000, 4200), 200, np.uint8), "JPEG", dpi=600))
    assert page.pixels.shape == (2500, 2100)
    assert page.dpi == pytest.approx(300, abs=1)
    (page,) = pages_of(encoded(np.full((5000, 4200), 200, np.uint8), "PNG", dpi=600))
    assert page.pixels.shape == (2500, 2100)


def test_refusals_name_the_file_and_their_reason():
    jpeg = encoded(PAGE, "JPEG")
    assert refusal_of(b"") is RejectKind.EMPTY
    assert refusal_of(b"hello, scans") is RejectKind.WRONG_TYPE
    assert refusal_of(jpeg[: len(jpeg) // 2]) is RejectKind.CORRUPT
    assert refusal_of(b"\x89PNG\r\n\x1a\n rubbish") is RejectKind.CORRUPT
    assert refusal_of(b"%PDF-1.4 rubbish") is RejectKind.WRONG_TYPE
    assert refusal_of(pdf(jpeg)[:500]) is RejectKind.CORRUPT
    assert refusal_of(encoded(PAGE[:300, :300])) is RejectKind.LOW_RESOLUTION
    assert refusal_of(encoded(PAGE[:600, :600], dpi=90)) is RejectKind.LOW_RESOLUTION
    assert refusal_of(zipped(**{"__MACOSX/x": b"1"}), "a.zip") is RejectKind.NO_PAGES
    assert refusal_of(b"PK\x03\x04 rubbish", "a.zip") is RejectKind.CORRUPT
    assert refusal_of(b"PK\x03\x04 rubbish", "a.pdf") is RejectKind.WRONG_TYPE


def test_more_than_the_limits_is_refused():
    picture = encoded(PAGE)
    two = tiff(PAGE, PAGE)
    pair = zipped(a=picture, b=picture)
    assert refusal_of(picture, limits=Limits(file_mb=0.001)) is RejectKind.TOO_LARGE
    assert refusal_of(picture, limits=Limits(page_megapixels=0.1)) is RejectKind.TOO_MANY_PIXELS
    assert refusal_of(two, limits=Limits(pages=1)) is RejectKind.TOO_MANY_PAGES
    assert refusal_of(pair, limits=Limits(pages=1)) is RejectKind.TOO_MANY_PAGES
    assert refusal_of(zipped(a=two), limits=Limits(pages=1)) is RejectKind.TOO_MANY_PAGES
    assert refusal_of(pair, limits=Limits(file_mb=len(pair) * 1e-6)) is not None
    jpegs = pdf(encoded(PAGE, "JPEG"), encoded(PAGE, "JPEG"))
    assert refusal_of(jpegs, limits=Limits(pages=1)) is RejectKind.TOO_MANY_PAGES


def test_hostile_files_are_refused_in_one_child_and_the_next_file_is_read():
    with ChildReader() as reader:
        for item in hostile_files(seed=1):
            with pytest.raises(RejectedFile):
                list(reader.read(item.content, name=item.name))
        (page,) = reader.read(encoded(PAGE), name="good.png")
    assert np.array_equal(page.pixels, PAGE)


def test_a_child_reads_what_this_process_reads(tmp_path):
    path = tmp_path / "scan.tif"
    path.write_bytes(tiff(PAGE, blank_page()))
    with path.open("rb") as source:
        pages = list(read_in_child(source, name="scan.tif"))
    assert [page.index for page in pages] == [0, 1]
    assert np.array_equal(pages[0].pixels, PAGE)
    assert pages[0].dpi == 150


def test_a_child_that_asks_for_too_much_memory_is_refused():
    content = encoded(np.zeros((5000, 6000, 3), np.uint8), dpi=600)
    limits = Limits(child_memory_mb=20)
    with pytest.raises(RejectedFile) as refusal:
        list(read_in_child(content, name="big.png", limits=limits))
    assert refusal.value.kind is RejectKind.TOO_MUCH_MEMORY


def test_a_child_that_works_too_long_is_refused():
    content = encoded(PAGE)
    limits = Limits(child_seconds_a_page=0.01)
    with pytest.raises(RejectedFile) as refusal:
        list(read_in_child(content, name="slow.png", limits=limits))
    assert refusal.value.kind is RejectKind.TOO_SLOW
