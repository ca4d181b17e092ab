"""The scanning benchmark's barcodes: printed on forms and spoilt, and an archive of photographs."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from scanning import PageTemplate, RawPage, open_bundle, read_page, read_picture
from scanning.practice import (
    FormLayout,
    PageTruth,
    PracticeSpec,
    Scanner,
    layout_by_lot,
    make_practice_set,
)

Grey = npt.NDArray[np.uint8]
Spoil = Callable[["Printed", np.random.Generator], Grey]

DPI = 200
CODE_DIGITS = 5
PAGES_A_FORM = 5
PENS_MM = (0.3, 0.6)
PENS_GREY = (35, 85)


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A scanned page with a printed QR."""

    image: Grey
    layout: FormLayout
    truth: PageTruth


def printed_pages(*, count: int, seed: int) -> list[Printed]:
    """Pages on forms by lot, each with a QR, as a good scanner gives them."""
    rng = np.random.default_rng(seed)
    pages: list[Printed] = []
    while len(pages) < count:
        layout = layout_by_lot(rng, CODE_DIGITS)
        if layout.sticker is None:
            continue
        spec = PracticeSpec(
            layout=layout,
            pupils=PAGES_A_FORM,
            pages=1,
            traps=frozenset(),
            qr_share=1.0,
            scanner=Scanner(dpi=DPI, wear=0.4, skew_degrees=1.0, jpeg_quality=85),
        )
        made = make_practice_set(spec, seed=int(rng.integers(1 << 31)))
        raws = open_bundle(made.files[0].content, name="printed")
        pages += [
            Printed(image=raw.pixels, layout=layout, truth=truth)
            for raw, truth in zip(raws, made.pages, strict=True)
        ]
    return pages[:count]


def read_rightly(page: Printed, image: Grey, *, dpi: int = DPI) -> bool:
    """Whether the page as it now is gives the text of its QR, and no other text."""
    raw = RawPage(source="printed", index=0, pixels=np.ascontiguousarray(image), dpi=dpi)
    reading = read_page(raw, [PageTemplate.from_layout(page.layout.as_roster_layout())])
    return {code.text for code in reading.barcodes} == {page.truth.printed_code}


def _skewed(degrees: float) -> Spoil:
    def turn(page: Printed, rng: np.random.Generator) -> Grey:
        height, width = page.image.shape
        matrix = cv2.getRotationMatrix2D(
            (width / 2, height / 2), float(rng.choice([-degrees, degrees])), 1.0
        )
        room = abs(np.sin(np.deg2rad(degrees)))
        size = (round(width + room * height), round(height + room * width))
        matrix[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
        turned = cv2.warpAffine(page.image, matrix, size, borderValue=60)
        return np.asarray(turned, np.uint8)

    return turn


def _upside_down(page: Printed, _: np.random.Generator) -> Grey:
    return page.image[::-1, ::-1]


def _on_its_side(page: Printed, rng: np.random.Generator) -> Grey:
    return np.rot90(page.image, int(rng.choice([1, 3])))


def _blurred(page: Printed, _: np.random.Generator) -> Grey:
    return np.asarray(cv2.GaussianBlur(page.image, (0, 0), 0.2 * DPI / 25.4), np.uint8)


def _jpeg_30(page: Printed, _: np.random.Generator) -> Grey:
    _ok, stored = cv2.imencode(".jpg", page.image, [cv2.IMWRITE_JPEG_QUALITY, 30])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE), np.uint8)


def _pale(page: Printed, _: np.random.Generator) -> Grey:
    return np.asarray(cv2.convertScaleAbs(page.image, alpha=0.3, beta=140), np.uint8)


def _noisy(page: Printed, rng: np.random.Generator) -> Grey:
    return np.clip(page.image + rng.normal(0, 25, page.image.shape), 0, 255).astype(np.uint8)


def _struck(page: Printed, rng: np.random.Generator) -> Grey:
    """Two strokes of a pen from edge to edge of the QR."""
    picture = page.image.copy()
    field, way = page.layout.sticker, np.array(page.truth.mm_to_px).reshape(2, 3)
    if field is None:
        return picture
    for _stroke in range(2):
        down = rng.uniform(0.05, 0.95, 2) * field.h
        ends = np.array([[field.x, field.y + down[0]], [field.x + field.w, field.y + down[1]]])
        (ax, ay), (bx, by) = np.rint(ends @ way[:, :2].T + way[:, 2]).astype(int).tolist()
        width = max(1, round(float(rng.uniform(*PENS_MM)) * DPI / 25.4))
        cv2.line(picture, (ax, ay), (bx, by), int(rng.integers(*PENS_GREY)), width, cv2.LINE_AA)
    return picture


def _coarse(page: Printed, _: np.random.Generator) -> Grey:
    small = cv2.resize(page.image, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _one_bit(page: Printed, _: np.random.Generator) -> Grey:
    return np.where(page.image > 150, 255, 0).astype(np.uint8)  # noqa: PLR2004  a scanner's level


def _all_together(page: Printed, rng: np.random.Generator) -> Grey:
    for spoil in (_struck, _skewed(5), _upside_down, _blurred_a_little, _pale, _jpeg_30, _coarse):
        page = replace(page, image=np.ascontiguousarray(spoil(page, rng)))
    noise = rng.normal(0, 6, page.image.shape)
    return np.clip(page.image + noise, 0, 255).astype(np.uint8)


def _blurred_a_little(page: Printed, _: np.random.Generator) -> Grey:
    return np.asarray(cv2.GaussianBlur(page.image, (0, 0), 0.1 * DPI / 25.4), np.uint8)


CONDITIONS: dict[str, Spoil] = {
    "skew 5 degrees": _skewed(5),
    "skew 15 degrees": _skewed(15),
    "upside down": _upside_down,
    "on its side": _on_its_side,
    "blur": _blurred,
    "JPEG 30": _jpeg_30,
    "low contrast": _pale,
    "noise": _noisy,
    "two strokes across": _struck,
    "150 dpi": _coarse,
    "1 bit": _one_bit,
    "all together": _all_together,
}
COARSE = {"150 dpi", "all together"}


def read_under(condition: str, pages: list[Printed], *, seed: int) -> int:
    """How many of the pages are read rightly under a condition."""
    rng = np.random.default_rng(seed)
    dpi = round(0.75 * DPI) if condition in COARSE else DPI
    return sum(read_rightly(page, CONDITIONS[condition](page, rng), dpi=dpi) for page in pages)


@dataclass(frozen=True, kw_only=True, slots=True)
class Photographs:
    """How the QR images of an archive were read; `named` tells which were not."""

    images: int
    right: int
    wrong: int
    named: tuple[str, ...]


def read_archive(path: Path) -> Photographs:
    """Read every QR image of an archive that has a text of the same name beside it."""
    images = right = wrong = 0
    missed: list[str] = []
    with tarfile.open(path) as archive:
        texts = {
            str(PurePosixPath(item.name).with_suffix("")): _content(archive, item)
            for item in archive
            if item.name.endswith(".txt") and not item.name.endswith(".result.txt")
        }
        for item in archive:
            stem = str(PurePosixPath(item.name).with_suffix(""))
            if item.name.endswith(".txt") or not item.name.startswith("qrcode"):
                continue
            if stem not in texts:
                continue
            found = [_plain(code.text) for code in read_picture(_grey(_content(archive, item)))]
            wanted = _plain(texts[stem].decode("utf-8"))
            images += 1
            right += wanted in found
            wrong += bool(found) and wanted not in found
            if wanted not in found:
                missed.append(f"{item.name}: {found!r}")
    return Photographs(images=images, right=right, wrong=wrong, named=tuple(missed))


def _plain(text: str) -> str:
    """A text as files of texts hold it: line feeds alone, no blanks at the ends."""
    return text.replace("\r\n", "\n").strip()


def _content(archive: tarfile.TarFile, item: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(item)
    return b"" if stream is None else stream.read()


def _grey(content: bytes) -> Grey:
    with Image.open(io.BytesIO(content)) as image:
        plain = image.convert("RGBA")
        paper = Image.new("RGBA", plain.size, "white")
        return np.asarray(Image.alpha_composite(paper, plain).convert("L"))
