"""PageReading: all that one scanned page told, kept so that matching again needs no new scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

READING_FORMAT = 5


class Fault(StrEnum):
    """What is wrong with a scan; the thresholds stand in quality.py."""

    BLURRED = "blurred"
    DARK = "dark"
    FAINT = "faint"
    CROPPED = "cropped"
    LOW_RESOLUTION = "low_resolution"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Measures of one scan and what follows from them.

    Attributes:
        paper: grey level of the paper, 0 to 255.
        contrast: grey levels between paper and the darkest one in a thousand pixels of ink.
        sharpness: steepest edges, share of the contrast crossed in a third of a millimetre, 0 to 1.
        ink: share of the page that is dark, 0 to 1, a margin of the page left out.
        dpi: pixels an inch, measured on the located page, else told by the file.
        blank: nothing was written or printed on this side.
        faults: what a person should be told.
    """

    paper: float
    contrast: float
    sharpness: float
    ink: float
    dpi: float
    blank: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """How a form lies in a scan.

    Attributes:
        template: which of the given templates fits, counted from 0.
        mm_to_px: affine map, two rows of three, to pixels of the scan as stored.
        score: share of the printed outline of the code boxes that was found, 0 to 1.
    """

    template: int
    mm_to_px: tuple[tuple[float, float, float], tuple[float, float, float]]
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Barcode:
    """One barcode: its text and its four corners in pixels of the scan as stored."""

    text: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageReading:
    """One page through geometry, barcodes, digits and quality.

    Attributes:
        width_px: width of the scan as stored.
        height_px: height of the scan as stored.
        rotation: degrees clockwise by which the content of the scan is turned: 0, 90, 180, 270.
        digest: SHA-256 of the grey page at 2.5 pixels a millimetre: equal for identical images.
        placement: how the form lies in the scan; None where no form was found.
        barcodes: every barcode found.
        digits: a row of 11 probabilities a box (0-9, "not a digit"), None for an empty box;
            () where the page was not located.
        strokes: what is written in the boxes, as `strokes.packed` keeps it; "" where the page
            was not located.
        hand: how the code was written, as `field.CodeField` tells it; () likewise.
        look: what is printed on the page, as `look.look_of` keeps it; "" likewise.
        quality: measures and faults.
    """

    width_px: int
    height_px: int
    rotation: int
    digest: str
    placement: Placement | None
    barcodes: tuple[Barcode, ...]
    digits: tuple[tuple[float, ...] | None, ...]
    strokes: str
    hand: tuple[float, ...]
    look: str
    quality: Quality

    def to_dict(self) -> dict[str, Any]:
        """The reading as JSON values that `from_dict` reads back."""
        return {"format": READING_FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> PageReading:
        """The reading that `to_dict` wrote.

        Raises:
            ValueError: it was written by another version.
        """
        if kept["format"] != READING_FORMAT:
            raise ValueError(f"a page reading of format {kept['format']!r}")
        values = {name: value for name, value in kept.items() if name != "format"}
        quality = dict(values["quality"])
        quality["faults"] = tuple(Fault(name) for name in quality["faults"])
        values["quality"] = Quality(**quality)
        values["barcodes"] = tuple(_barcode(code) for code in values["barcodes"])
        values["digits"] = tuple(None if row is None else tuple(row) for row in values["digits"])
        values["hand"] = tuple(values["hand"])
        values["placement"] = (
            None if values["placement"] is None else _placement(values["placement"])
        )
        return cls(**values)


def _barcode(kept: Mapping[str, Any]) -> Barcode:
    return Barcode(text=kept["text"], corners=tuple((x, y) for x, y in kept["corners"]))


def _placement(kept: Mapping[str, Any]) -> Placement:
    first, second = kept["mm_to_px"]
    return Placement(
        template=kept["template"],
        mm_to_px=((first[0], first[1], first[2]), (second[0], second[1], second[2])),
        score=kept["score"],
    )
