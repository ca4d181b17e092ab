"""Files that a reader must refuse, each with its own reason."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import numpy as np
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from scanning.practice.files import pdf_file
from scanning.practice.make import make_practice_set
from scanning.practice.spec import BundleFormat, PracticeSpec, Scanner
from scanning.practice.truth import HostileFile

BOMB_SIDE_PX = 24_000  # 576 million pixels, twenty times a sheet at 600 dpi
HUGE_SIDE_POINTS = 200_000  # 70 metres of paper
NOT_A_SCAN = "Это обычный текст, которому дали чужое имя.\n" * 60


def hostile_files(*, seed: int) -> tuple[HostileFile, ...]:
    """One small file for every reason to refuse one; the same seed gives the same bytes."""
    spec = PracticeSpec(pupils=1, pages=1, traps=frozenset())
    pdf = _made(spec, seed)
    jpeg = _made(replace(spec, bundle=BundleFormat.JPEG), seed)
    coarse = replace(spec, bundle=BundleFormat.JPEG, scanner=Scanner(dpi=68))
    return (
        HostileFile(name="password.pdf", content=_locked_pdf(), reason="encrypted"),
        HostileFile(name="truncated.pdf", content=pdf[: len(pdf) * 6 // 10], reason="corrupt"),
        HostileFile(name="cut.jpg", content=jpeg[: len(jpeg) // 2], reason="corrupt"),
        HostileFile(name="empty.pdf", content=b"", reason="empty"),
        HostileFile(name="not_a_scan.pdf", content=NOT_A_SCAN.encode(), reason="wrong type"),
        HostileFile(name="bomb.png", content=_png_bomb(), reason="too many pixels"),
        HostileFile(name="bomb.jpg", content=_jpeg_bomb(jpeg), reason="too many pixels"),
        HostileFile(name="huge_mediabox.pdf", content=_huge_pdf(), reason="too many pixels"),
        HostileFile(name="zero_pages.pdf", content=_no_pages(), reason="no pages"),
        HostileFile(name="tiny.tif", content=_tiny_tiff(), reason="resolution too low"),
        HostileFile(name="68dpi.jpg", content=_made(coarse, seed), reason="resolution too low"),
    )


def _made(spec: PracticeSpec, seed: int) -> bytes:
    return make_practice_set(spec, seed=seed).files[0].content


def _locked_pdf() -> bytes:
    """A page that opens only with a password."""
    buffer = io.BytesIO()
    lock = StandardEncryption("нельзя".encode().hex(), canPrint=0, strength=128)
    page = canvas.Canvas(buffer, encrypt=lock, invariant=1)
    page.drawString(72, 720, "Locked")
    page.save()
    return buffer.getvalue()


def _png_bomb() -> bytes:
    """A valid PNG of one bit a pixel that unpacks to a vast black square."""
    packer = zlib.compressobj(9)
    row = bytes(1 + BOMB_SIDE_PX // 8)
    data = b"".join(packer.compress(row * 1000) for _ in range(BOMB_SIDE_PX // 1000))
    head = struct.pack(">IIBBBBB", BOMB_SIDE_PX, BOMB_SIDE_PX, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", data + packer.flush()), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, body) for kind, body in chunks)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _jpeg_bomb(jpeg: bytes) -> bytes:
    """A small JPEG whose header claims a vast picture."""
    frame = jpeg.index(b"\xff\xc0")  # start of frame: marker, length, precision, height, width
    size = struct.pack(">HH", BOMB_SIDE_PX, BOMB_SIDE_PX)
    return jpeg[: frame + 5] + size + jpeg[frame + 9 :]


def _huge_pdf() -> bytes:
    """A page of drawing, without an image, on paper as large as a field."""
    box = b"[0 0 %d %d]" % (HUGE_SIDE_POINTS, HUGE_SIDE_POINTS)
    draw = b"0 0 %d %d re f" % (HUGE_SIDE_POINTS, HUGE_SIDE_POINTS)
    return pdf_file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            b"<</Producer(practice)>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 5 0 R/Resources<<>>>>" % box,
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
        ]
    )


def _no_pages() -> bytes:
    pages = b"<</Type/Pages/Kids[]/Count 0>>"
    return pdf_file([b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Producer(practice)>>"])


def _tiny_tiff() -> bytes:
    """Eight by eight pixels."""
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8), 255, np.uint8)).save(buffer, "TIFF")
    return buffer.getvalue()
