"""PageTemplate: where code field, name field and tasks lie on a form, in millimetres."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scanning.layout import (
    LayoutError,
    count_at,
    known_keys,
    list_at,
    mapping_at,
    number_at,
    pair_at,
)

MOST_BOXES = 20
MOST_PAGES = 200
# Handwriting leaves its field by a few millimetres, and registration is off by up to one.
PRIVATE_MARGIN_MM = 4.0
# A strip lower than a line of handwriting shows nothing that could be scored.
LEAST_STRIP_MM = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rect:
    """A rectangle on the page, in millimetres from its top left corner."""

    x: float
    y: float
    w: float
    h: float

    def __post_init__(self) -> None:
        if self.w <= 0 or self.h <= 0:
            raise LayoutError(path="w, h", value=(self.w, self.h), expected="числа больше 0")

    @property
    def right(self) -> float:
        """The right edge, mm."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge, mm."""
        return self.y + self.h

    def grown(self, margin_mm: float) -> Rect:
        """The rectangle with a margin on every side."""
        return Rect(
            x=self.x - margin_mm,
            y=self.y - margin_mm,
            w=self.w + 2 * margin_mm,
            h=self.h + 2 * margin_mm,
        )

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share more than an edge."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBox:
    """A row of boxes, one digit each, turned clockwise by `angle` about (x, y).

    Attributes:
        x: left edge of the first box, mm.
        y: upper edge of the first box, mm.
        w: width of one box, mm.
        h: height of one box, mm.
        pitch: from the left edge of a box to that of the next, mm.
        n: number of boxes.
        angle: degrees clockwise, about (x, y).
    """

    x: float
    y: float
    w: float
    h: float
    pitch: float
    n: int
    angle: float = 0.0

    def __post_init__(self) -> None:
        if self.w <= 0 or self.h <= 0:
            raise LayoutError(path="code_box", value=(self.w, self.h), expected="размеры больше 0")
        if self.pitch < self.w:
            raise LayoutError(
                path="code_box.pitch", value=self.pitch, expected=f"не меньше ширины {self.w:g}"
            )

    @property
    def length(self) -> float:
        """From the left edge of the first box to the right edge of the last, mm."""
        return self.pitch * (self.n - 1) + self.w

    def corners(self, index: int | None = None) -> tuple[tuple[float, float], ...]:
        """Corners, clockwise from the top left, of box `index` or of the whole row, mm."""
        start = 0.0 if index is None else self.pitch * index
        end = self.length if index is None else start + self.w
        turn = math.radians(self.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        flat = ((start, 0.0), (end, 0.0), (end, self.h), (start, self.h))
        return tuple((self.x + u * cos - v * sin, self.y + u * sin + v * cos) for u, v in flat)

    def bounds(self) -> Rect:
        """The upright rectangle round the whole row."""
        xs, ys = zip(*self.corners(), strict=True)
        return Rect(x=min(xs), y=min(ys), w=max(xs) - min(xs), h=max(ys) - min(ys))


@dataclass(frozen=True, kw_only=True, slots=True)
class VisibleArea:
    """A part of the page that experts may see.

    Attributes:
        rect: where it lies, mm.
        page: the page of the script it holds for; None for every page.
        task: label of the task whose answer stands there ("9.1"); None where it is no single task.
    """

    rect: Rect
    page: int | None = None
    task: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageTemplate:
    """One form: the page, the code boxes, what is private, what experts may see; mm.

    Attributes:
        page_mm: width and height of the paper.
        code_box: the row of boxes with the participant code.
        name_field: where a name may stand.
        sticker: where a barcode may stand.
        fiducials: centres of corner marks; a layout may list marks that are not printed.
        fiducial_size: side of a corner mark.
        areas: what experts may see; empty for the whole page outside the bands of private fields.
        pages: pages expected in a script; None when unknown.
    """

    page_mm: tuple[float, float]
    code_box: CodeBox
    name_field: Rect | None = None
    sticker: Rect | None = None
    fiducials: tuple[tuple[float, float], ...] | None = None
    fiducial_size: float = 4.0
    areas: tuple[VisibleArea, ...] = ()
    pages: int | None = None

    def __post_init__(self) -> None:
        width, height = self.page_mm
        page = Rect(x=-1, y=-1, w=width + 2, h=height + 2)
        field = self.code_box.bounds()
        if field.x < page.x or field.right > page.right:
            raise LayoutError(
                path="code_box.x", value=self.code_box.x, expected="поле внутри листа"
            )
        if field.y < page.y or field.bottom > page.bottom:
            raise LayoutError(
                path="code_box.y", value=self.code_box.y, expected="поле внутри листа"
            )

    @classmethod
    def from_layout(cls, layout: object) -> PageTemplate:
        """The template that a JSON layout describes (vpr-roster/1).

        Raises:
            LayoutError: a value is missing, unknown or impossible; the message names its path.
        """
        return _template_of(mapping_at(layout, path="layout"))

    def to_layout(self) -> dict[str, object]:
        """The template as a JSON layout that `from_layout` reads back."""
        return {
            "page_mm": list(self.page_mm),
            "code_box": {name: getattr(self.code_box, name) for name in CODE_BOX_KEYS},
            "name_field": _rect_layout(self.name_field),
            "sticker": _rect_layout(self.sticker),
            "fiducials_mm": None if self.fiducials is None else [list(at) for at in self.fiducials],
            "fiducial_size": self.fiducial_size,
            "visible": [
                {"rect": _rect_layout(area.rect), "page": area.page, "task": area.task}
                for area in self.areas
            ],
            "pages": self.pages,
        }

    def private_fields(self) -> tuple[Rect, ...]:
        """Code field, name field and sticker, each with its margin."""
        fields = (self.code_box.bounds(), self.name_field, self.sticker)
        return tuple(field.grown(PRIVATE_MARGIN_MM) for field in fields if field is not None)

    def visible_areas(self, page: int | None) -> tuple[VisibleArea, ...]:
        """What experts may see of a page of the script.

        Args:
            page: its number in the script. When it is None, only areas that hold for every page
                are visible: which of the others apply is not known.
        """
        if not self.areas:
            return tuple(VisibleArea(rect=strip) for strip in self._free_strips())
        return tuple(area for area in self.areas if area.page is None or area.page == page)

    def _free_strips(self) -> list[Rect]:
        """The page without the full-width bands that hold private fields."""
        width, height = self.page_mm
        strips, top = [], 0.0
        for field in sorted(self.private_fields(), key=lambda rect: rect.y):
            if field.y - top >= LEAST_STRIP_MM:
                strips.append(Rect(x=0.0, y=top, w=width, h=field.y - top))
            top = max(top, field.bottom)
        if height - top >= LEAST_STRIP_MM:
            strips.append(Rect(x=0.0, y=top, w=width, h=height - top))
        return strips


CODE_BOX_KEYS = ("x", "y", "w", "h", "pitch", "n", "angle")
RECT_KEYS = ("x", "y", "w", "h")
LAYOUT_KEYS = (
    "page_mm",
    "code_box",
    "name_field",
    "sticker",
    "fiducials_mm",
    "fiducial_size",
    "visible",
    "pages",
)


def _template_of(layout: Mapping[str, object]) -> PageTemplate:
    known_keys(layout, path="layout", keys=LAYOUT_KEYS)
    marks = layout.get("fiducials_mm")
    pages = layout.get("pages")
    return PageTemplate(
        page_mm=pair_at(layout.get("page_mm"), path="layout.page_mm", least=20),
        code_box=_code_box(layout.get("code_box")),
        name_field=_rect_or_none(layout.get("name_field"), path="layout.name_field"),
        sticker=_rect_or_none(layout.get("sticker"), path="layout.sticker"),
        fiducials=None if marks is None else _marks(marks),
        fiducial_size=number_at(
            layout.get("fiducial_size", 4.0), path="layout.fiducial_size", least=0
        ),
        areas=_areas(layout.get("visible", [])),
        pages=None if pages is None else count_at(pages, path="layout.pages", most=MOST_PAGES),
    )


def _code_box(value: object) -> CodeBox:
    path = "layout.code_box"
    given = mapping_at(value, path=path)
    known_keys(given, path=path, keys=CODE_BOX_KEYS)
    lengths = {
        name: number_at(given.get(name), path=f"{path}.{name}", least=least)
        for name, least in (("x", -math.inf), ("y", -math.inf), ("w", 1), ("h", 1), ("pitch", 1))
    }
    return CodeBox(
        **lengths,
        n=count_at(given.get("n"), path=f"{path}.n", most=MOST_BOXES),
        angle=number_at(given.get("angle", 0.0), path=f"{path}.angle"),
    )


def _rect(value: object, *, path: str) -> Rect:
    given = mapping_at(value, path=path)
    known_keys(given, path=path, keys=RECT_KEYS)
    sides = {name: number_at(given.get(name), path=f"{path}.{name}") for name in RECT_KEYS}
    for name in ("w", "h"):
        if sides[name] <= 0:
            raise LayoutError(path=f"{path}.{name}", value=sides[name], expected="число больше 0")
    return Rect(**sides)


def _rect_or_none(value: object, *, path: str) -> Rect | None:
    return None if value is None else _rect(value, path=path)


def _marks(value: object) -> tuple[tuple[float, float], ...]:
    path = "layout.fiducials_mm"
    return tuple(
        pair_at(mark, path=f"{path}[{index}]")
        for index, mark in enumerate(list_at(value, path=path))
    )


def _areas(value: object) -> tuple[VisibleArea, ...]:
    path = "layout.visible"
    return tuple(
        _area(mapping_at(item, path=f"{path}[{index}]"), path=f"{path}[{index}]")
        for index, item in enumerate(list_at(value, path=path))
    )


def _area(given: Mapping[str, object], *, path: str) -> VisibleArea:
    known_keys(given, path=path, keys=("rect", "page", "task"))
    page, task = given.get("page"), given.get("task")
    if task is not None and not isinstance(task, str):
        raise LayoutError(path=f"{path}.task", value=task, expected="номер задания или null")
    return VisibleArea(
        rect=_rect(given.get("rect"), path=f"{path}.rect"),
        page=None if page is None else count_at(page, path=f"{path}.page", most=MOST_PAGES),
        task=task,
    )


def _rect_layout(rect: Rect | None) -> dict[str, object] | None:
    return None if rect is None else {name: getattr(rect, name) for name in RECT_KEYS}
