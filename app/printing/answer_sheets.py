"""Overlays of answer sheets: the code as QR in two corners and a row of boxes, by the form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.errors import Refusal
from app.printing.fonts import PLAIN, register_fonts
from scanning import CodeBox, PageTemplate, Rect
from scanning.barcode import CORNER_MM

QR_MM = 16.0  # 21 modules of level H for "code-page": three quarters of a millimetre each
QUIET_MM = 3.2  # four modules
WORDS_MM = 4.0  # the same in words, below the QR
EDGE_MM = 5.0  # office printers leave it white
MOST_CODES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheets:
    """What to print.

    Attributes:
        codes: of the participants, in order.
        template: the form.
        pages: pages of a script.
        title: of the work, for the file's properties.
        blank_backs: an empty page after each one, for printers that print on both sides.
    """

    codes: tuple[str, ...]
    template: PageTemplate
    pages: int
    title: str
    blank_backs: bool


def answer_sheets(sheets: Sheets) -> bytes:
    """A PDF with a page for every participant and page of the script; no name anywhere.

    Raises:
        Refusal: no corner of the form has room for a QR outside of what experts see.
    """
    register_fonts()
    template = sheets.template
    places = qr_places(template)
    if not places:
        raise Refusal(
            "На бланке нет места для QR: оставьте свободным угол листа 23 на 27 мм, которого не "
            "видит эксперт, или нарисуйте на шаблоне поле наклейки не меньше 16 мм."
        )
    size = (template.page_mm[0] * mm, template.page_mm[1] * mm)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    canvas.setTitle(sheets.title)
    for code, page in product(sheets.codes, range(1, sheets.pages + 1)):
        _draw_sheet(canvas, template, places, code=code, page=page, pages=sheets.pages)
        canvas.showPage()
        if sheets.blank_backs:
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def qr_places(template: PageTemplate) -> tuple[Rect, ...]:
    """Where the QR stands, mm: the sticker's field, then corners that no expert sees.

    As many as find room, two at most: a QR inside what experts see would tell them the code.
    """
    found = [place] if (place := _in_sticker(template)) is not None else []
    for corner in _corners(template, far_from=found):
        if len(found) == MOST_CODES:
            break
        place = _in_corner(template, corner, taken=found)
        if place is not None:
            found.append(place)
    return tuple(found)


def _in_sticker(template: PageTemplate) -> Rect | None:
    field = template.sticker
    if field is None or min(field.w, field.h) < QR_MM:
        return None
    return Rect(
        x=field.x + (field.w - QR_MM) / 2, y=field.y + (field.h - QR_MM) / 2, w=QR_MM, h=QR_MM
    )


def _corners(template: PageTemplate, *, far_from: Sequence[Rect]) -> list[Rect]:
    """The four corners, those farthest from what is placed first."""
    width, height = template.page_mm
    side = min(CORNER_MM, width / 2, height / 2)
    found = [
        Rect(x=x, y=y, w=side, h=side) for y in (0.0, height - side) for x in (0.0, width - side)
    ]
    if not far_from:
        return found
    first = far_from[0]
    return sorted(found, key=lambda rect: -abs(rect.x - first.x) - abs(rect.y - first.y))


def _in_corner(template: PageTemplate, corner: Rect, *, taken: Sequence[Rect]) -> Rect | None:
    """The free place of the corner that lies nearest to the edges of the paper."""
    width, height = template.page_mm
    room = [
        Rect(x=corner.x + x, y=corner.y + y, w=QR_MM, h=QR_MM)
        for x, y in product(range(int(corner.w - QR_MM) + 1), range(int(corner.h - QR_MM) + 1))
    ]
    inside = [
        rect
        for rect in room
        if rect.x >= EDGE_MM + 1
        and rect.y >= EDGE_MM + 1
        and rect.right <= width - EDGE_MM - 1
        and rect.bottom + WORDS_MM <= height - EDGE_MM - 1
    ]
    kept_free = [*_occupied(template), *(rect.grown(QUIET_MM) for rect in taken)]
    free = [
        rect for rect in inside if not any(_footprint(rect).overlaps(other) for other in kept_free)
    ]
    return min(free, key=lambda rect: (_inward(rect, template), rect.y, rect.x), default=None)


def _footprint(rect: Rect) -> Rect:
    """The QR with its quiet zone and the words below it."""
    quiet = rect.grown(QUIET_MM)
    return Rect(x=quiet.x, y=quiet.y, w=quiet.w, h=quiet.h + WORDS_MM)


def _inward(rect: Rect, template: PageTemplate) -> float:
    width, height = template.page_mm
    return min(rect.x, width - rect.right) + min(rect.y, height - rect.bottom)


def _occupied(template: PageTemplate) -> list[Rect]:
    """What experts see on any page, and the fields that are written in."""
    seen = [area.rect for area in template.areas or template.visible_areas(None)]
    written = [template.code_box.bounds().grown(1.0), template.name_field, template.sticker]
    return [*seen, *(rect for rect in written if rect is not None)]


def _draw_sheet(
    canvas: Canvas,
    template: PageTemplate,
    places: Sequence[Rect],
    *,
    code: str,
    page: int,
    pages: int,
) -> None:
    height = template.page_mm[1]
    for place in places:
        _draw_qr(canvas, f"{code}-{page}", place, height)
        canvas.setFont(PLAIN, 7)
        words = f"{code} · {page}/{pages}"
        canvas.drawString(place.x * mm, (height - place.bottom - WORDS_MM + 1) * mm, words)
    _draw_boxes(canvas, template.code_box, height)
    side = template.fiducial_size
    for x, y in template.fiducials or ():
        canvas.rect((x - side / 2) * mm, (height - y - side / 2) * mm, side * mm, side * mm, fill=1)


def _draw_qr(canvas: Canvas, text: str, place: Rect, height: float) -> None:
    """A QR of level H without its quiet zone, drawn as squares."""
    modules = [tuple(row) for row in segno.make_qr(text, error="h").matrix_iter(border=0)]
    step = place.w / len(modules)
    for down, row in enumerate(modules):
        for across, dark in enumerate(row):
            if dark:
                x, y = place.x + across * step, height - place.y - (down + 1) * step
                # A hair of overlap: gaps between squares print as white lines.
                canvas.rect(x * mm, y * mm, step * 1.02 * mm, step * 1.02 * mm, stroke=0, fill=1)


def _draw_boxes(canvas: Canvas, box: CodeBox, height: float) -> None:
    canvas.setLineWidth(0.35 * mm)
    for cell in range(box.n):
        frame = canvas.beginPath()
        for place, (x, y) in enumerate(box.corners(cell)):
            (frame.moveTo if place == 0 else frame.lineTo)(x * mm, (height - y) * mm)
        frame.close()
        canvas.drawPath(frame)
    x, y = box.corners()[0]
    canvas.setFont(PLAIN, 7)
    canvas.drawString(x * mm, (height - y + 1.5) * mm, "Код участника")
