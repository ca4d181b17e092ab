"""What to practise on: the form, the class, the scanner and the mishaps, as checked values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_CODE = 12
MILLIMETRES_PER_INCH = 25.4


class PracticeError(ValueError):
    """A practice set that cannot be made; `text` and `params` tell the person why."""

    def __init__(self, text: str, **params: object) -> None:
        self.text = text
        self.params = params
        super().__init__(text % params)


class CodeScheme(StrEnum):
    """How the codes of a class were issued."""

    RANDOM = "random"
    CONSECUTIVE = "consecutive"
    DISTANT = "distant"


class BundleFormat(StrEnum):
    """In what kind of file the scanner left the pages."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"
    ZIP = "zip"


class Colour(StrEnum):
    """What a pixel holds: three channels, one, or one bit."""

    COLOUR = "colour"
    GREY = "grey"
    BILEVEL = "bilevel"


class Trap(StrEnum):
    """A mishap that happens in real stacks; a set of pages holds each one asked for once."""

    BLANK_BACKS = "blank backs"
    MISSING_PAGE = "missing page"
    DUPLICATE_PAGE = "duplicate page"
    SHUFFLED = "shuffled"
    UPSIDE_DOWN = "upside down"
    SIDEWAYS = "sideways"
    FOREIGN_PAGE = "foreign page"
    SCRIBBLED_CODE = "scribbled code"
    EMPTY_CODE = "empty code"
    CROSSED_DIGIT = "crossed digit"
    WRONG_DIGIT = "wrong digit"
    NEIGHBOURS_CODE = "neighbour's code on one page"
    TWINS = "two pupils with one code"
    NOT_ON_LIST = "a code that is not on the list"


ALL_TRAPS = frozenset(Trap)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle on paper, millimetres from the top left corner."""

    x: float
    y: float
    w: float
    h: float

    def __post_init__(self) -> None:
        if min(self.x, self.y) < 0 or min(self.w, self.h) <= 0:
            raise PracticeError("Прямоугольник %(box)s не лежит на листе.", box=self)


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBoxes:
    """A row of `n` boxes for one digit each: the first box, the step, the angle (clockwise)."""

    x: float = 138.0
    y: float = 16.0
    w: float = 7.0
    h: float = 9.0
    pitch: float = 8.5
    n: int = 5
    angle: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.n <= LONGEST_CODE:
            raise PracticeError("Клеток кода: %(n)d, а может быть от 1 до 12.", n=self.n)
        if self.pitch < self.w or min(self.w, self.h) <= 0:
            raise PracticeError("Клетки кода шире шага %(pitch)s мм.", pitch=self.pitch)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLayout:
    """Where a printed form keeps its code boxes, name line, sticker and fiducials, in mm."""

    page_mm: tuple[float, float] = (210.0, 297.0)
    code_box: CodeBoxes = CodeBoxes()
    name_field: Box | None = Box(x=20, y=30, w=110, h=8)
    sticker: Box | None = Box(x=20, y=8, w=20, h=20)
    fiducials_mm: tuple[tuple[float, float], ...] | None = None
    fiducial_size: float = 4.0

    def as_roster_layout(self) -> dict[str, Any]:
        """The `layout` of a vpr-roster/1 file."""
        boxes = self.code_box
        code = {"x": boxes.x, "y": boxes.y, "w": boxes.w, "h": boxes.h}
        code |= {"pitch": boxes.pitch, "n": boxes.n, "angle": boxes.angle}
        return {
            "page_mm": list(self.page_mm),
            "code_box": code,
            "name_field": _as_record(self.name_field),
            "sticker": _as_record(self.sticker),
            "fiducials_mm": [list(point) for point in self.fiducials_mm or ()] or None,
            "fiducial_size": self.fiducial_size,
        }


def _as_record(box: Box | None) -> dict[str, float] | None:
    return None if box is None else {"x": box.x, "y": box.y, "w": box.w, "h": box.h}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanner:
    """What the scanner does to a page: resolution, colour, and the wear it leaves.

    `wear` runs from 0 (flat and clean) over 1 (a school's office) to 2 (worn out); `skew_degrees`
    is the largest tilt to either side; `pencil` is the share of scripts written faintly;
    `blur_mm` is how far an unsharp lens smears a point; `contrast` is the share of it that is left.
    """

    dpi: int = 150
    colour: Colour = Colour.GREY
    skew_degrees: float = 2.0
    wear: float = 1.0
    jpeg_quality: int = 75
    pencil: float = 0.1
    blur_mm: float = 0.0
    contrast: float = 1.0

    def __post_init__(self) -> None:
        if not 50 <= self.dpi <= 600:  # noqa: PLR2004  the range of office scanners
            raise PracticeError("Разрешение %(dpi)d вне пределов 50-600.", dpi=self.dpi)


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeSpec:
    """One class writing one work, scanned as one stack.

    `issued` gives the codes (the first `pupils` of them are used, the rest belong to absent
    pupils); without it `spare_codes` more than `pupils` are made by `scheme`. `qr_share` is the
    share of scripts with a printed QR of `qr_prefix`-code-page in the sticker's place.
    `plant_marks` writes a made-up name and the code into the files' metadata, as real devices do.
    `dropped`: the stack fell and was picked up in any order. `more_layouts` are the forms of the
    second and later pages, in turn with `layout`.
    """

    layout: FormLayout = FormLayout()
    more_layouts: tuple[FormLayout, ...] = ()
    pupils: int = 10
    pages: int = 3
    scheme: CodeScheme = CodeScheme.RANDOM
    issued: tuple[str, ...] | None = None
    spare_codes: int = 2
    traps: frozenset[Trap] = ALL_TRAPS
    dropped: bool = False
    qr_share: float = 0.0
    qr_prefix: str = "s001"
    scanner: Scanner = Scanner()
    bundle: BundleFormat = BundleFormat.PDF
    pages_per_file: int | None = None
    file_stem: str = "scan"
    subject: str = "Математика"
    grade: int = 5
    variant: int = 1
    plant_marks: bool = True

    def __post_init__(self) -> None:
        if self.pupils < 1 or self.pages < 1:
            raise PracticeError("Нужны хотя бы один участник и одна страница.")
        if any(other.code_box.n != self.layout.code_box.n for other in self.more_layouts):
            raise PracticeError("Формы одной работы держат коды разной длины.")
        if self.issued is None:
            return
        if len(self.issued) < self.pupils:
            raise PracticeError("Кодов меньше, чем участников: %(codes)d.", codes=len(self.issued))
        wrong = [code for code in self.issued if len(code) != self.layout.code_box.n]
        if wrong:
            raise PracticeError("Код %(code)s не по числу клеток.", code=wrong[0])

    @property
    def layouts(self) -> tuple[FormLayout, ...]:
        """Every form of the work."""
        return (self.layout, *self.more_layouts)

    def layout_of(self, page: int | None) -> FormLayout:
        """The form of a page of the script; a sheet without a number is on the first one."""
        return self.layouts[((page or 1) - 1) % len(self.layouts)]
