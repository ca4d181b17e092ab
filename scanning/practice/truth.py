"""What a practice set is: the files, and the truth about every page in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from scanning.practice.spec import FormLayout

Kind = Literal["script", "blank", "foreign", "duplicate"]
Expectation = Literal["identify", "human", "discard", "foreign"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeFile:
    """One file as the scanner would have sent it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class PageTruth:
    """What is true of one scanned page.

    `code` is whose page it is (None: nobody's on the list), `written_code` what stands in the boxes
    (None: nothing readable), `printed_code` the text of the QR. `rotation` is how many degrees the
    page lies turned clockwise. `expect` is what a careful reader would do. `mm_to_px` (a, b, c, d,
    e, f) leads from millimetres on the upright paper to pixels of the stored image:
    (ax+by+c, dx+ey+f).
    """

    file: str
    index: int
    kind: Kind
    code: str | None
    written_code: str | None
    printed_code: str | None
    page: int | None
    rotation: int
    expect: Expectation
    written_name: str | None
    mm_to_px: tuple[float, float, float, float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeSet:
    """A class's stack: files, issued codes, and the truth by file and index."""

    layouts: tuple[FormLayout, ...]
    issued: tuple[str, ...]
    pages_expected: int
    files: tuple[PracticeFile, ...]
    pages: tuple[PageTruth, ...]

    @property
    def layout(self) -> FormLayout:
        """The form of the first page."""
        return self.layouts[0]

    def roster(self) -> dict[str, Any]:
        """The set's issued codes and forms as a vpr-roster/1 record."""
        forms = [layout.as_roster_layout() for layout in self.layouts]
        return {
            "format": "vpr-roster/1",
            "codes": list(self.issued),
            **({"layout": forms[0]} if len(forms) == 1 else {"layouts": forms}),
            "pages": self.pages_expected,
        }

    def written_names(self) -> frozenset[str]:
        """The made-up names in the stack; none of them may reach an expert."""
        return frozenset(page.written_name for page in self.pages if page.written_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class HostileFile:
    """A file that must be refused, and the kind of reason that fits it."""

    name: str
    content: bytes
    reason: Literal[
        "encrypted",
        "corrupt",
        "empty",
        "wrong type",
        "too many pixels",
        "no pages",
        "resolution too low",
    ]
