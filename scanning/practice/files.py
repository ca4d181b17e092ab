"""Pages -> the files a scanner sends: PDF, TIFF, JPEG, PNG, ZIP; the same pages, the same bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, TiffImagePlugin

from scanning.practice.spec import BundleFormat, Colour, PracticeSpec
from scanning.practice.truth import PracticeFile

Grey = npt.NDArray[np.uint8]

MEDIA_TYPES = {
    BundleFormat.PDF: "application/pdf",
    BundleFormat.TIFF: "image/tiff",
    BundleFormat.JPEG: "image/jpeg",
    BundleFormat.PNG: "image/png",
    BundleFormat.ZIP: "application/zip",
}
ENDINGS = {
    BundleFormat.PDF: ".pdf",
    BundleFormat.TIFF: ".tif",
    BundleFormat.JPEG: ".jpg",
    BundleFormat.PNG: ".png",
    BundleFormat.ZIP: ".zip",
}
POINTS_PER_INCH = 72
DESCRIPTION, ARTIST = 270, 315  # TIFF tags


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One page to store, and the mark (a name, a code) planted in its metadata."""

    image: Grey
    mark: str


def pages_per_file(spec: PracticeSpec, pages: int) -> int:
    """How many pages go into one file; a JPEG or PNG holds one."""
    if spec.bundle in {BundleFormat.JPEG, BundleFormat.PNG}:
        return 1
    return spec.pages_per_file or max(pages, 1)


def file_name(spec: PracticeSpec, number: int) -> str:
    """The name of the stack's n-th file."""
    return f"{spec.file_stem}_{number:04d}{ENDINGS[spec.bundle]}"


def written_file(spec: PracticeSpec, name: str, pictures: list[Picture]) -> PracticeFile:
    """One file with the given pages."""
    return PracticeFile(
        name=name, media_type=MEDIA_TYPES[spec.bundle], content=_content(spec, pictures)
    )


def _content(spec: PracticeSpec, pictures: list[Picture]) -> bytes:
    match spec.bundle:
        case BundleFormat.PDF:
            return pdf_of(spec, pictures)
        case BundleFormat.TIFF:
            return _tiff(spec, pictures)
        case BundleFormat.ZIP:
            return _zip(spec, pictures)
        case BundleFormat.PNG:
            return _png(spec, pictures[0])
        case BundleFormat.JPEG:
            return jpeg_of(spec, pictures[0])
        case never:
            assert_never(never)


def jpeg_of(spec: PracticeSpec, picture: Picture) -> bytes:
    """A JPEG with its resolution and, where asked for, a mark in EXIF."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    if spec.plant_marks:
        exif[ExifTags.Base.ImageDescription] = picture.mark
        exif[ExifTags.Base.Artist] = picture.mark
    dpi = (spec.scanner.dpi, spec.scanner.dpi)
    image = Image.fromarray(picture.image)
    image.save(buffer, "JPEG", quality=spec.scanner.jpeg_quality, dpi=dpi, exif=exif)
    return buffer.getvalue()


def _png(spec: PracticeSpec, picture: Picture) -> bytes:
    buffer = io.BytesIO()
    dpi = (spec.scanner.dpi, spec.scanner.dpi)
    _pillow(spec, picture).save(buffer, "PNG", dpi=dpi, compress_level=1)
    return buffer.getvalue()


def _pillow(spec: PracticeSpec, picture: Picture) -> Image.Image:
    image = Image.fromarray(picture.image)
    return (
        image.convert("1", dither=Image.Dither.NONE)
        if spec.scanner.colour is Colour.BILEVEL
        else image
    )


def _tiff(spec: PracticeSpec, pictures: list[Picture]) -> bytes:
    """A TIFF of many pages: fax G4 for one bit, JPEG for the rest."""
    buffer = io.BytesIO()
    first, *others = [_pillow(spec, picture) for picture in pictures]
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if spec.plant_marks:
        tags[DESCRIPTION] = tags[ARTIST] = pictures[0].mark
    kind = "group4" if spec.scanner.colour is Colour.BILEVEL else "jpeg"
    settings: dict[str, object] = {
        "compression": kind,
        "dpi": (spec.scanner.dpi, spec.scanner.dpi),
        "tiffinfo": tags,
    }
    if kind == "jpeg":
        settings["quality"] = spec.scanner.jpeg_quality
    first.save(buffer, "TIFF", save_all=True, append_images=others, **settings)
    return buffer.getvalue()


def _zip(spec: PracticeSpec, pictures: list[Picture]) -> bytes:
    """JPEG files in an archive; its times are fixed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for place, picture in enumerate(pictures):
            member = zipfile.ZipInfo(f"{place:04d}.jpg")
            archive.writestr(member, jpeg_of(spec, picture))
    return buffer.getvalue()


def pdf_of(spec: PracticeSpec, pictures: list[Picture]) -> bytes:
    """A PDF as scanners write them: one image a page, nothing else."""
    author = pictures[0].mark.encode("utf-16") if spec.plant_marks and pictures else b""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Author<%s>>>" % author.hex().encode()]
    kids = []
    for picture in pictures:
        number = len(objects) + 1
        kids.append(b"%d 0 R" % number)
        objects += _pdf_page(spec, picture, number)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    return pdf_file(objects)


def _pdf_page(spec: PracticeSpec, picture: Picture, number: int) -> list[bytes]:
    """The three objects of a page: the page, what it draws, its image."""
    height, width = picture.image.shape[:2]
    scale = POINTS_PER_INCH / spec.scanner.dpi
    size = b"%.2f %.2f" % (width * scale, height * scale)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents %d 0 R" % (size, number + 1)
    page += b"/Resources<</XObject<</Im0 %d 0 R>>>>>>" % (number + 2)
    draw = b"q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q" % (width * scale, height * scale)
    kind, content = _pdf_image(spec, picture)
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
    return [page, _stream(b"", draw), _stream(head + kind, content)]


def _pdf_image(spec: PracticeSpec, picture: Picture) -> tuple[bytes, bytes]:
    if spec.scanner.colour is Colour.BILEVEL:
        bits = np.packbits(picture.image > 127, axis=1)  # noqa: PLR2004
        kind = b"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode"
        return kind, zlib.compress(bits.tobytes(), 6)
    space = b"DeviceGray" if picture.image.ndim == 2 else b"DeviceRGB"  # noqa: PLR2004
    kind = b"/ColorSpace/%s/BitsPerComponent 8/Filter/DCTDecode" % space
    return kind, jpeg_of(spec, picture)


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(content), content)


def pdf_file(objects: list[bytes]) -> bytes:
    """Numbered objects (the first is the catalog, the third the information) as a PDF file."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 3 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
