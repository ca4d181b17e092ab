"""The printed form: header, code boxes, name line, tasks with ruled lines, number of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from scanning.practice.spec import Box, CodeBoxes, FormLayout

Grey = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

MARGIN_MM = 14.0
LINE_MM = 8.5  # between ruled lines
TASKS = (
    "Прочитайте текст и выполните задание.",
    "Определите и запишите основную мысль текста.",
    "Найдите значение выражения и запишите ответ.",
    "Сколько яблонь растёт в саду, если груш 24, а яблонь на 7 меньше?",
    "Объясните значение выделенного слова.",
    "Поезд прошёл 312 км за 4 часа. Найдите его скорость.",
    "Заполните таблицу, используя данные диаграммы.",
    "Выпишите из текста предложение с обращением.",
    "Укажите верное утверждение и объясните свой выбор.",
    "На рисунке изображён план местности.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormText:
    """What is printed besides the frame: head lines, number of the page (0: no code, foreign)."""

    head: tuple[str, ...]
    page: int
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedPage:
    """A printed sheet, upright: grey image, ruled lines (x, until, y) and answer boxes, in mm."""

    image: Grey
    lines: tuple[tuple[float, float, float], ...]
    answers: tuple[Box, ...]


@lru_cache(maxsize=64)
def font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """A font that comes with matplotlib and knows Cyrillic."""
    return ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", name)), size_px)


def box_corners(boxes: CodeBoxes, place: int) -> Points:
    """The corners (4, 2) of a code box, clockwise; the row turns about its top left corner."""
    flat = _rectangle(boxes.pitch * place, 0, boxes.w, boxes.h)
    turn = np.deg2rad(boxes.angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(flat @ matrix.T + [boxes.x, boxes.y])


def box_middle(boxes: CodeBoxes, place: int) -> tuple[float, float]:
    """The middle of a code box."""
    x, y = box_corners(boxes, place).mean(0)
    return float(x), float(y)


@lru_cache(maxsize=48)
def printed_page(layout: FormLayout, text: FormText, px_mm: float) -> PrintedPage:
    """Print one page of a form; the same page is printed once."""
    press = _Press(layout, px_mm)
    if text.page:
        press.code_boxes()
        press.name_line()
        press.fiducials()
    press.head(text)
    press.tasks(text.page)
    press.foot(text)
    return press.page()


def blank_sheet(layout: FormLayout, px_mm: float) -> Grey:
    """Paper with nothing on it."""
    width, height = layout.page_mm
    return np.full((round(height * px_mm), round(width * px_mm)), 255, np.uint8)


class _Press:
    """Prints in millimetres on one sheet."""

    def __init__(self, layout: FormLayout, px_mm: float) -> None:
        self.layout = layout
        self.px_mm = px_mm
        self.image = Image.fromarray(blank_sheet(layout, px_mm))
        self.pen = ImageDraw.Draw(self.image)
        self.ruled: list[tuple[float, float, float]] = []
        self.answers: list[Box] = []
        self.top, self.bottom = _free_band(layout)

    def text(self, x: float, y: float, words: str, *, size_mm: float, bold: bool = False) -> None:
        """A line of print with its top left corner at a place."""
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        letters = font(name, max(6, round(size_mm * self.px_mm)))
        self.pen.text((x * self.px_mm, y * self.px_mm), words, fill=30, font=letters)

    def outline(self, corners: Points, *, line_mm: float) -> None:
        """A closed outline through the corners, with smooth edges."""
        array = np.asarray(self.image).copy()
        points = np.round(corners * self.px_mm * 16).astype(np.int32)
        width = max(1, round(line_mm * self.px_mm))
        cv2.polylines(array, [points], True, 25, width, cv2.LINE_AA, 4)  # noqa: FBT003
        self.image = Image.fromarray(array)
        self.pen = ImageDraw.Draw(self.image)

    def code_boxes(self) -> None:
        """The row of boxes and the word before it."""
        boxes = self.layout.code_box
        for place in range(boxes.n):
            self.outline(box_corners(boxes, place), line_mm=0.3)
        if boxes.x > 16:  # noqa: PLR2004  room for the word
            self.text(boxes.x - 13, boxes.y + boxes.h / 2 - 2, "Код", size_mm=4, bold=True)

    def name_line(self) -> None:
        """The line for a name, with its label."""
        field = self.layout.name_field
        if field is None:
            return
        self.text(field.x, field.y + field.h - 4, "Фамилия, имя", size_mm=2.6)
        self._rule(field.x + 25, field.x + field.w, field.y + field.h)

    def fiducials(self) -> None:
        """Black squares around their middles."""
        half = self.layout.fiducial_size / 2
        for x, y in self.layout.fiducials_mm or ():
            corners = [value * self.px_mm for value in (x - half, y - half, x + half, y + half)]
            self.pen.rectangle(corners, fill=10)

    def head(self, text: FormText) -> None:
        """The name of the work, beside the sticker where that place is free."""
        place = Box(x=44, y=9, w=70, h=14)
        taken = any(_overlap(place, box) for box in _obstacles(self.layout))
        x, y = (MARGIN_MM, self.top + 2) if taken or place.x + place.w > self._right() else (44, 10)
        for row, words in enumerate(text.head):
            self.text(x, y + 5.5 * row, words, size_mm=3.2)
        if x == MARGIN_MM:
            self.top += 6 * len(text.head) + 3
        else:
            self.top = max(self.top, place.y + place.h)

    def tasks(self, page: int) -> None:
        """Tasks of this page from top to bottom, each with lines or a box for the answer."""
        lot = np.random.default_rng(page)
        number = 3 * max(page - 1, 0) + 1
        y = self.top + 4
        while y + 45 < self.bottom:
            y = self._task(number, y, lot) + 7
            number += 1

    def _task(self, number: int, y: float, lot: np.random.Generator) -> float:
        x = MARGIN_MM + 10
        frame = _rectangle(MARGIN_MM, y, 8, 7)
        self.outline(frame, line_mm=0.5)
        self.text(MARGIN_MM + 2.4, y + 1.4, str(number), size_mm=3.8, bold=True)
        for words in lot.choice(TASKS, int(lot.integers(1, 4)), replace=False):
            self.text(x + 1, y, str(words)[: int((self._right() - x) / 2)], size_mm=3.2)
            y += 5.6
        if lot.random() < 0.4:  # noqa: PLR2004  a short answer in a box
            return self._answer_box(x, y)
        self.text(x + 1, y, "Решение.", size_mm=3.2, bold=True)
        rows = min(int(lot.integers(2, 7)), int((self.bottom - y - 6) / LINE_MM))
        for row in range(rows):
            self._rule(x, self._right(), y + 6 + LINE_MM * (row + 1))
            self.ruled.append((x + 2, self._right() - 2, y + 6 + LINE_MM * (row + 1)))
        return y + 6 + LINE_MM * rows

    def _answer_box(self, x: float, y: float) -> float:
        self.text(x + 1, y + 2, "Ответ:", size_mm=3.2, bold=True)
        box = Box(x=x + 17, y=y, w=min(60, self._right() - x - 17), h=9)
        self.outline(_rectangle(box.x, box.y, box.w, box.h), line_mm=0.3)
        self.answers.append(box)
        return y + box.h

    def foot(self, text: FormText) -> None:
        """The number of the page and of the variant's paper."""
        width, height = self.layout.page_mm
        if text.page:
            self.text(width / 2, height - 12, str(text.page), size_mm=3.5)
        self.text(width * 0.72, height - 11, text.number, size_mm=2.4)

    def _rule(self, x: float, until: float, y: float) -> None:
        ends = [(x * self.px_mm, y * self.px_mm), (until * self.px_mm, y * self.px_mm)]
        self.pen.line(ends, fill=90, width=max(1, round(0.2 * self.px_mm)))

    def _right(self) -> float:
        return self.layout.page_mm[0] - MARGIN_MM

    def page(self) -> PrintedPage:
        """What came out."""
        image = np.asarray(self.image)
        return PrintedPage(image=image, lines=tuple(self.ruled), answers=tuple(self.answers))


def _rectangle(x: float, y: float, w: float, h: float) -> Points:
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def _obstacles(layout: FormLayout) -> list[Box]:
    """Rectangles that nothing else may be printed on."""
    row = np.concatenate([box_corners(layout.code_box, k) for k in (0, layout.code_box.n - 1)])
    (left, top), (right, bottom) = row.min(0), row.max(0)
    label = min(float(left), 14.0)
    code = Box(x=max(0.0, left - label), y=max(0.0, top), w=right - left + label, h=bottom - top)
    return [box for box in (code, layout.name_field, layout.sticker) if box is not None]


def _overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles share ground."""
    beside = one.x + one.w <= other.x or other.x + other.w <= one.x
    return not (beside or one.y + one.h <= other.y or other.y + other.h <= one.y)


def _free_band(layout: FormLayout) -> tuple[float, float]:
    """The tallest band of the page (top, bottom) that no obstacle reaches into."""
    low, high = MARGIN_MM - 4, layout.page_mm[1] - MARGIN_MM
    edges = [low]
    gaps = []
    for box in sorted(_obstacles(layout), key=lambda box: box.y):
        gaps.append((max(edges), box.y))
        edges.append(box.y + box.h)
    gaps.append((max(edges), high))
    return max(gaps, key=lambda gap: gap[1] - gap[0])
