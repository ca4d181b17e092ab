"""What printed sheets share: A4 pages with numbers, headings, paragraphs, ruled tables."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from app.printing.fonts import BOLD, PLAIN, register_fonts

MARGIN = 15 * mm
_BODY = ParagraphStyle(
    "body", fontName=PLAIN, fontSize=10, leading=13.5, spaceAfter=4, embeddedHyphenation=1
)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=10.5, textColor=colors.black)
_TITLE = ParagraphStyle(
    "title", parent=_BODY, fontName=BOLD, fontSize=14, leading=18, alignment=TA_CENTER, spaceAfter=8
)
WIDTH_MM = 178.0
_BOTTOM = MARGIN + 5 * mm
_FRAME_PADDING = 6  # reportlab's own, above and below, in points
_ROOM = A4[1] - MARGIN - _BOTTOM - 2 * _FRAME_PADDING
_FOOT = 8
_PAGE_NUMBER = 25 * mm
_MOST_MM = 60.0
_BREAKS = re.compile(r"[ \t\n]+")
_CELL_PADDING = 6  # reportlab's own, left and right, in points
_HEAD = ParagraphStyle("head", parent=_SMALL, fontName=BOLD)
_HEADING = ParagraphStyle(
    "heading", parent=_BODY, fontName=BOLD, fontSize=12, leading=16, spaceBefore=4, spaceAfter=4
)
_SIGNATURE = ParagraphStyle("signature", parent=_BODY, spaceBefore=12)
_NUMBER = ParagraphStyle("number", parent=_BODY, alignment=TA_RIGHT)
_NUMBER_HEAD = ParagraphStyle("number-head", parent=_HEAD, alignment=TA_RIGHT)


class _RuledTable(Table):
    """A table that turns the page between rows, and within one only where no page holds it."""

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803
        """The part that fits, and the rest; nothing where the next page is to be tried first."""
        self.splitInRow = 0
        parts = list(super().split(availWidth, availHeight))
        if parts or availHeight < _ROOM - 1:
            return parts
        self.splitInRow = 1
        return list(super().split(availWidth, availHeight))


def cut(text: str, room: float, size: float) -> str:
    """A text in one line of plain letters, without its tail where there is no room for it."""
    if stringWidth(text, PLAIN, size) <= room:
        return text
    while text and stringWidth(f"{text}…", PLAIN, size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _paragraph(markup: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph looks up its font when it is made, not when it is drawn."""
    register_fonts()
    return Paragraph(markup, style)


def title(text: str) -> Paragraph:
    """A heading in the middle of the line."""
    return _paragraph(escape(text), _TITLE)


def heading(text: str) -> Paragraph:
    """The heading of a part."""
    return _paragraph(escape(text), _HEADING)


def body(text: str) -> Paragraph:
    """A paragraph of plain text; nothing in it is markup."""
    return _paragraph(escape(text), _BODY)


def small(text: str) -> Paragraph:
    """A note in small letters."""
    return _paragraph(escape(text), _SMALL)


def fact(name: str, value: str) -> Paragraph:
    """A line «name: value» with the value in bold."""
    return _paragraph(f"{escape(name)}: <b>{escape(value)}</b>", _BODY)


def signature(role: str, name: str) -> Paragraph:
    """A line to sign, with room above it for the hand."""
    return _paragraph(f"{escape(role)} ____________________ {escape(name)}", _SIGNATURE)


def ruled_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths_mm: Sequence[float],
    row_height_mm: float | None = None,
    numbers: Collection[int] = (),
) -> Table:
    """A table with lines, whose header is repeated on every page; a tall row goes on there.

    Args:
        header: names of the columns.
        rows: texts of the cells.
        widths_mm: how wide every column is.
        row_height_mm: how high every row is; None for as high as its text.
        numbers: places of the columns that stand to the right.
    """
    heads = [_NUMBER_HEAD if at in numbers else _HEAD for at in range(len(header))]
    styles = [_NUMBER if at in numbers else _BODY for at in range(len(header))]
    cells = [_cells(header, heads), *(_cells(row, styles) for row in rows)]
    height = None if row_height_mm is None else row_height_mm * mm
    table = _RuledTable(
        cells,
        colWidths=[width * mm for width in widths_mm],
        rowHeights=[None, *[height] * len(rows)],
        repeatRows=1,
        spaceBefore=6,
    )
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _cells(texts: Sequence[str], styles: Sequence[ParagraphStyle]) -> list[Paragraph]:
    """A row's paragraphs; a number sign stays with its number."""
    return [
        _paragraph(escape(_together(text)), style)
        for text, style in zip(texts, styles, strict=True)
    ]


def _together(text: str) -> str:
    return text.replace("№ ", "№\N{NO-BREAK SPACE}")


def line_width_mm(text: str, *, head: bool = False) -> float:
    """How wide a cell must be to hold a text in one line."""
    register_fonts()
    style = _HEAD if head else _BODY
    return (stringWidth(text, style.fontName, style.fontSize) + 2 * _CELL_PADDING + 1) / mm


def word_width_mm(text: str, *, head: bool = False) -> float:
    """How wide a cell must be to break a text between words alone."""
    words = _BREAKS.split(_together(text))
    return max((line_width_mm(word, head=head) for word in words if word), default=0.0)


def fitted_widths_mm(header: Sequence[str], cells: Sequence[Sequence[str]]) -> Sequence[float]:
    """Every column holds its longest word whole; what is left goes to those that want more."""
    columns = list(zip(*cells, strict=True)) or [()] * len(header)
    least = [
        max(word_width_mm(name, head=True), *(word_width_mm(cell) for cell in column), 0.0)
        for name, column in zip(header, columns, strict=True)
    ]
    wanted = [
        max(one, min(max((line_width_mm(cell) for cell in column), default=0.0), _MOST_MM))
        for one, column in zip(least, columns, strict=True)
    ]
    spare = WIDTH_MM - sum(least)
    missing = [want - one for want, one in zip(wanted, least, strict=True)]
    if spare <= 0:
        return [one * WIDTH_MM / sum(least) for one in least]
    share = min(spare / sum(missing), 1) if sum(missing) else 0
    found = [one + share * more for one, more in zip(least, missing, strict=True)]
    rest = (WIDTH_MM - sum(found)) / len(found)
    return [one + rest for one in found]


def build_pdf(story: Sequence[Flowable], *, name: str, seal: str = "") -> bytes:
    """A PDF of A4 pages with the name, page number and seal at the foot.

    The same content gives the same bytes.
    """
    register_fonts()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=_BOTTOM,
        title=name,
        invariant=1,
    )

    def foot(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(PLAIN, _FOOT)
        canvas.drawString(MARGIN, 10 * mm, cut(name, A4[0] - 2 * MARGIN - _PAGE_NUMBER, _FOOT))
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"стр. {canvas.getPageNumber()}")
        if seal:
            canvas.setFont(PLAIN, 6)
            canvas.drawString(MARGIN, 6.5 * mm, seal)

    document.build(list(story), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()
