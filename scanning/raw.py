"""RawPage: one decoded page of a bundle, as stored in the file; and the refusal of a whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from scanning.errors import ScanError

Pixels = npt.NDArray[np.uint8]


class RejectKind(StrEnum):
    """Why a file cannot be read."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    CORRUPT = "corrupt"
    ENCRYPTED = "encrypted"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    LOW_RESOLUTION = "low_resolution"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"


SENTENCES = {
    RejectKind.UNREADABLE: "Файл «%(name)s» не открывается. Проверьте имя и права на чтение.",
    RejectKind.EMPTY: "Файл «%(name)s» пуст. Загрузите его ещё раз.",
    RejectKind.TOO_LARGE: (
        "Файл «%(name)s» больше допустимых %(limit)s МБ. Разделите пачку на несколько файлов."
    ),
    RejectKind.WRONG_TYPE: (
        "Файл «%(name)s» не похож на скан. Подходят PDF, TIFF, JPEG, PNG и ZIP с ними."
    ),
    RejectKind.CORRUPT: "Файл «%(name)s» повреждён. Отсканируйте листы заново.",
    RejectKind.ENCRYPTED: "Файл «%(name)s» закрыт паролем. Сохраните его без пароля.",
    RejectKind.NO_PAGES: "В файле «%(name)s» нет ни одной страницы. Отсканируйте листы заново.",
    RejectKind.TOO_MANY_PAGES: (
        "В файле «%(name)s» страниц больше допустимых %(limit)s. "
        "Разделите пачку на несколько файлов."
    ),
    RejectKind.TOO_MANY_PIXELS: (
        "Страница %(page)s файла «%(name)s» слишком велика: больше %(limit)s млн точек. "
        "Отсканируйте с разрешением 300 точек на дюйм."
    ),
    RejectKind.LOW_RESOLUTION: (
        "Страница %(page)s файла «%(name)s» слишком мелкая: "
        "нужно не меньше %(limit)s точек на дюйм. "
        "Отсканируйте с разрешением 300 точек на дюйм."
    ),
    RejectKind.TOO_SLOW: (
        "Файл «%(name)s» не удалось прочитать за отведённое время. Отсканируйте листы заново."
    ),
    RejectKind.TOO_MUCH_MEMORY: (
        "Файлу «%(name)s» не хватило отведённой памяти. Разделите пачку на несколько файлов "
        "или отсканируйте с разрешением 300 точек на дюйм."
    ),
}


class RejectedFile(ScanError):  # noqa: N818  the outcome of a file, as the formats call it
    """A file that cannot be read as a bundle of scans.

    Attributes:
        kind: the reason, for a program.
    """

    def __init__(self, kind: RejectKind, params: Mapping[str, object]) -> None:
        self.kind = kind
        super().__init__(SENTENCES[kind], params)

    def __reduce__(self) -> tuple[type[RejectedFile], tuple[RejectKind, dict[str, object]]]:
        return RejectedFile, (self.kind, self.params)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one file may ask for.

    Attributes:
        file_mb: size of the file, and of all that a ZIP holds, millions of bytes.
        pages: pages in a file.
        page_megapixels: pixels of one page; A3 at 300 dpi has 17, A4 at 600 dpi has 35.
        least_dpi: pixels an inch below which handwriting is not read.
        child_memory_mb: address space that a child process may add to what it starts with.
        child_seconds_a_page: processor time of a child process for one page.
    """

    file_mb: float = 1000.0
    pages: int = 2000
    page_megapixels: float = 40.0
    least_dpi: float = 100.0
    child_memory_mb: int = 400
    child_seconds_a_page: float = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Which pages of a file one of several readers reads: every `of`-th, from number `part`."""

    part: int = 0
    of: int = 1

    def holds(self, index: int) -> bool:
        """Whether a page, counted from 0, is in the share."""
        return index % self.of == self.part


EVERY_PAGE = Share()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RawPage:
    """One page as the file stores it.

    Attributes:
        source: name of the file, with the member's name for a ZIP.
        index: number of the page in the given file, from 0.
        pixels: (h, w) grey or (h, w, 3) red, green, blue; uint8.
        dpi: pixels an inch that the file tells, or None.
    """

    source: str
    index: int
    pixels: Pixels = field(repr=False)
    dpi: float | None
