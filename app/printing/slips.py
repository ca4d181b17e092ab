"""Slips to cut from an A4 sheet: participants' codes, and accounts with first passwords."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app.printing.fonts import BOLD, MONO, PLAIN, register_fonts

_MARGIN = 10 * mm
_CODE_GRID = (3, 8)
_ACCOUNT_GRID = (2, 6)
_LEAST_SIZE = 6.0
_MOST_LINES = 2
_HEAD_WORDS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account to hand out.

    Attributes:
        name: Whose it is; never a pupil.
        role: In words.
        place: School or municipality.
        login: The login.
        password: The first password, to be changed at the first entry.
    """

    name: str
    role: str
    place: str
    login: str
    password: str


def code_slips(codes: Sequence[str], *, school: str, class_name: str, campaign: str) -> bytes:
    """Slips with a participant's code in digits and as QR, 24 on a page; no name anywhere."""

    def draw(canvas: Canvas, at: int, left: float, bottom: float, width: float) -> None:
        _draw_code(canvas, codes[at], left, bottom, width)
        _block(canvas, f"{school}, {class_name}", left + 4 * mm, bottom + 28 * mm, 8, width)
        _line(canvas, campaign, left + 4 * mm, bottom + 24 * mm, PLAIN, 7, width)

    return _cut_sheet(len(codes), _CODE_GRID, draw, name=f"Коды: {school}, {class_name}")


def account_sheet(accounts: Sequence[Account], *, address: str, name: str) -> bytes:
    """Slips with logins and first passwords, 12 on a page.

    Args:
        accounts: In the order of handing out.
        address: Where to log in.
        name: The sheet's name, for the file's properties.
    """

    def draw(canvas: Canvas, at: int, left: float, bottom: float, width: float) -> None:
        _draw_account(canvas, accounts[at], address, left + 4 * mm, bottom, width)

    return _cut_sheet(len(accounts), _ACCOUNT_GRID, draw, name=name)


def _cut_sheet(
    count: int,
    grid: tuple[int, int],
    draw: Callable[[Canvas, int, float, float, float], None],
    *,
    name: str,
) -> bytes:
    """Pages of equal slips with dashed lines to cut along; an empty list gives one blank page."""
    register_fonts()
    columns, rows = grid
    width, height = (A4[0] - 2 * _MARGIN) / columns, (A4[1] - 2 * _MARGIN) / rows
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(name)
    for at in range(count):
        on_page = at % (columns * rows)
        if at and on_page == 0:
            canvas.showPage()
        left = _MARGIN + (on_page % columns) * width
        bottom = A4[1] - _MARGIN - (on_page // columns + 1) * height
        canvas.setDash(2, 3)
        canvas.setLineWidth(0.5)
        canvas.rect(left, bottom, width, height)
        canvas.setDash()
        draw(canvas, at, left, bottom, width)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_code(canvas: Canvas, code: str, left: float, bottom: float, width: float) -> None:
    qr_side = 20 * mm
    _draw_qr(canvas, code, left + width - qr_side - 3 * mm, bottom + 2.5 * mm, qr_side)
    room = width - qr_side - 9 * mm
    size = min(24.0, 24.0 * room / stringWidth(code, BOLD, 24))
    canvas.setFont(BOLD, size)
    canvas.drawString(left + 4 * mm, bottom + 11 * mm, code)
    canvas.setFont(PLAIN, 5.5)
    canvas.drawString(left + 4 * mm, bottom + 6.5 * mm, "Перепишите код на каждую")
    canvas.drawString(left + 4 * mm, bottom + 4 * mm, "страницу работы")


def _draw_qr(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    """A QR code of level M with its quiet zone, drawn as squares."""
    modules = list(segno.make_qr(text, error="m").matrix_iter(border=4))
    step = side / len(modules)
    for down, row in enumerate(modules):
        for across, dark in enumerate(row):
            if dark:
                x, y = left + across * step, bottom + side - (down + 1) * step
                # A hair of overlap: gaps between squares print as white lines.
                canvas.rect(x, y, step * 1.02, step * 1.02, stroke=0, fill=1)


def _draw_account(
    canvas: Canvas, account: Account, address: str, left: float, bottom: float, width: float
) -> None:
    lines = (
        (account.name, BOLD, 10, 40),
        (f"Вход: {address}", PLAIN, 8, 28),
        (f"Логин: {account.login}", MONO, 11, 22.5),
        (f"Пароль: {account.password}", MONO, 11, 16.5),
        ("Пароль первый: при входе система попросит сменить его.", PLAIN, 6.5, 9.5),
        ("Никому не передавайте; листок после смены уничтожьте.", PLAIN, 6.5, 6.5),
    )
    for text, font, size, up_mm in lines:
        _line(canvas, text, left, bottom + up_mm * mm, font, size, width)
    _block(canvas, f"{account.role}, {account.place}", left, bottom + 33 * mm, 8, width)


def _line(
    canvas: Canvas, text: str, left: float, bottom: float, font: str, size: float, width: float
) -> None:
    """One line of text, made smaller where it would run over the slip's edge."""
    room = width - 8 * mm
    canvas.setFont(font, min(size, size * room / max(stringWidth(text, font, size), 1)))
    canvas.drawString(left, bottom, text)


def _block(
    canvas: Canvas, text: str, left: float, bottom: float, size: float, width: float
) -> None:
    """One or two lines ending at the bottom; a very long text loses words after its first ones."""
    size, lines = _in_two_lines(text, size, width - 8 * mm)
    for up, line in enumerate(reversed(lines)):
        _line(canvas, line, left, bottom + up * 1.2 * size, PLAIN, size, width)


def _in_two_lines(text: str, size: float, room: float) -> tuple[float, list[str]]:
    """The letters' size and the lines; schools of one town differ in the ends of their names."""
    lines = simpleSplit(text, PLAIN, size, room)
    while len(lines) > _MOST_LINES and size > _LEAST_SIZE:
        size -= 0.5
        lines = simpleSplit(text, PLAIN, size, room)
    words = text.split()
    while len(lines) > _MOST_LINES and len(words) > _HEAD_WORDS + 1:
        del words[_HEAD_WORDS]
        shown = " ".join([*words[:_HEAD_WORDS], "…", *words[_HEAD_WORDS:]])
        lines = simpleSplit(shown, PLAIN, size, room)
    return size, lines
