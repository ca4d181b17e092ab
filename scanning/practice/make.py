"""One seeded call: a class writes its work, the stack is scanned, the files come out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import segno

from scanning.practice.files import Picture, file_name, pages_per_file, written_file
from scanning.practice.form import FormText, box_middle, printed_page
from scanning.practice.hand import InkSheet
from scanning.practice.scan import Scan, back_of, scan
from scanning.practice.spec import MILLIMETRES_PER_INCH, Box, CodeBoxes, PracticeSpec
from scanning.practice.stack import Sheet, issue, stack_of
from scanning.practice.truth import PageTruth, PracticeFile, PracticeSet

Grey = npt.NDArray[np.uint8]
Rng = np.random.Generator

QR_QUIET_MODULES = 2  # white around the QR, inside the sticker's place
LINES_WRITTEN = 0.6  # share of ruled lines that hold an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scanned:
    """A sheet with its picture."""

    sheet: Sheet
    scan: Scan


def make_practice_set(spec: PracticeSpec, *, seed: int) -> PracticeSet:
    """Make the stack of `spec`; the same spec and seed give the same bytes.

    Every trap of the spec happens once, each to another pupil, as long as pupils suffice; blank
    backs follow about half of the sheets.

    Raises:
        PracticeError: more codes were asked for than the boxes can hold.
    """
    rng = np.random.default_rng(seed)
    codes = issue(spec, rng)
    scanned = _scanned(spec, stack_of(spec, codes, rng), rng)
    step = pages_per_file(spec, len(scanned))
    files: list[PracticeFile] = []
    pages: list[PageTruth] = []
    for number, start in enumerate(range(0, len(scanned), step)):
        part = scanned[start : start + step]
        name = file_name(spec, number)
        files.append(written_file(spec, name, [_picture(page) for page in part]))
        pages += [_truth(page, name, index) for index, page in enumerate(part)]
    return PracticeSet(
        layouts=spec.layouts,
        issued=codes,
        pages_expected=spec.pages,
        files=tuple(files),
        pages=tuple(pages),
    )


def _scanned(spec: PracticeSpec, sheets: list[Sheet], rng: Rng) -> list[_Scanned]:
    """Every sheet written on and scanned; a back shows through what is on its front."""
    px_mm = spec.scanner.dpi / MILLIMETRES_PER_INCH
    pages: list[_Scanned] = []
    drawn: dict[tuple[str | None, int | None], tuple[Grey, Grey]] = {}
    front: tuple[Grey, Grey] | None = None
    for sheet in sheets:
        key = (sheet.code, sheet.page)
        if sheet.same_scan:
            pages.append(_Scanned(sheet=sheet, scan=pages[-1].scan))
            continue
        if sheet.kind == "blank" and front is not None:
            paper = back_of(*front)
            layers = (paper, np.zeros_like(paper))
        else:
            # In a stack that fell down the second scan of a sheet may lie before the first.
            if key not in drawn:
                drawn[key] = _written(spec, sheet, px_mm, rng)
            layers = front = drawn[key]
        picture = scan(*layers, px_mm=px_mm, scanner=spec.scanner, rotation=sheet.rotation, rng=rng)
        pages.append(_Scanned(sheet=sheet, scan=picture))
    return pages


def _written(spec: PracticeSpec, sheet: Sheet, px_mm: float, rng: Rng) -> tuple[Grey, Grey]:
    """A printed sheet and the ink on it."""
    layout = spec.layout_of(sheet.page)
    printed = printed_page(layout, _form_text(spec, sheet), px_mm)
    ink = InkSheet(page_mm=layout.page_mm, px_mm=px_mm, hand=sheet.hand, rng=rng)
    if sheet.kind != "foreign":
        _write_code(ink, layout.code_box, sheet)
    if sheet.name and layout.name_field:
        field = layout.name_field
        ink.name(sheet.name, x=field.x + 25, y=field.y, h=field.h)
    for x, until, y in printed.lines:
        if rng.random() < LINES_WRITTEN:
            ink.line(x=x, until=until, y=y)
    for box in printed.answers:
        _write_answer(ink, box, rng)
    paper = printed.image
    if sheet.printed and layout.sticker:
        paper = _with_qr(paper, sheet.printed, layout.sticker, px_mm)
    return paper, ink.ink


def _form_text(spec: PracticeSpec, sheet: Sheet) -> FormText:
    if sheet.kind == "foreign":
        return FormText(head=("Олимпиада. Бланк ответов",), page=0, number="Лист 2")
    head = (f"ВПР. {spec.subject}. {spec.grade} класс", f"Вариант {spec.variant}")
    return FormText(head=head, page=sheet.page or 1, number=f"КИМ {40000 + spec.variant}")


def _write_code(ink: InkSheet, boxes: CodeBoxes, sheet: Sheet) -> None:
    """Digits in the boxes, or what happened to them."""
    middles = [box_middle(boxes, place) for place in range(boxes.n)]
    for place, digit in enumerate(sheet.written or ""):
        x, y = middles[place] + ink.rng.normal(0, ink.hand.stray_mm, 2)
        if sheet.crossed and place == sheet.crossed[0]:
            ink.digit(sheet.crossed[1], at_mm=(x, y))
            ink.cross_out(at_mm=(x, y))
            ink.digit(digit, at_mm=(x, y - 0.9 * boxes.h), size=0.8)
        else:
            ink.digit(digit, at_mm=(x, y))
    if sheet.scribbled:
        first, last = np.array(middles[0]), np.array(middles[-1])
        low = np.minimum(first, last) - 3
        width, height = np.abs(last - first) + 6
        ink.scribble(x=low[0], y=low[1], w=width, h=height)


def _write_answer(ink: InkSheet, box: Box, rng: Rng) -> None:
    """A short number in the box for an answer."""
    for place in range(int(rng.integers(0, 5))):
        at = (box.x + 5 + 4.6 * place, box.y + box.h / 2)
        ink.digit(str(rng.integers(10)), at_mm=at, size=0.9)


def _with_qr(paper: Grey, text: str, sticker: Box, px_mm: float) -> Grey:
    """The paper with a QR (level H) in the sticker's place."""
    modules = _qr_modules(text)
    side = round(min(sticker.w, sticker.h) * px_mm)
    code = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    x, y = round(sticker.x * px_mm), round(sticker.y * px_mm)
    marked = paper.copy()
    marked[y : y + side, x : x + side] = code
    return marked


@lru_cache(maxsize=512)
def _qr_modules(text: str) -> Grey:
    """The modules of a QR with their quiet zone, one pixel each, 0 = dark."""
    matrix = segno.make_qr(text, error="h").matrix_iter(border=QR_QUIET_MODULES)
    return np.array([[20 if dark else 255 for dark in row] for row in matrix], np.uint8)


def _picture(page: _Scanned) -> Picture:
    sheet = page.sheet
    mark = " ".join(part for part in (sheet.name, sheet.code) if part)
    return Picture(image=page.scan.image, mark=mark)


def _truth(page: _Scanned, file: str, index: int) -> PageTruth:
    sheet = page.sheet
    a, b, c, d, e, f = (float(value) for value in page.scan.mm_to_px.ravel())
    return PageTruth(
        file=file,
        index=index,
        kind=sheet.kind,
        code=sheet.code,
        written_code=sheet.written,
        printed_code=sheet.printed,
        page=sheet.page,
        rotation=sheet.rotation,
        expect=sheet.expect,
        written_name=sheet.name,
        mm_to_px=(a, b, c, d, e, f),
    )
