"""Sample pages through a form that is being drawn: what would be found, and nothing is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from scanning import (
    ChildReader,
    Fault,
    Limits,
    PageTemplate,
    RawPage,
    RejectedFile,
    TaskCrop,
    anonymise,
    code_crop,
    read_page,
    upright,
)

MOST_PAGES = 12
LIMITS = Limits(file_mb=60.0)
SHOWN_DIGITS = 3
NO_DIGIT = 10
LEAST_SHOWN = 0.005
BACKGROUND_PX = (1600, 1600)


@dataclass(frozen=True, kw_only=True, slots=True)
class DigitGuess:
    """One reading of one box: the digit, None for "not a digit", and its probability."""

    digit: int | None
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialPage:
    """What was found on one sample page.

    Attributes:
        source: the file's name.
        number: of the page in the file, from 1.
        template: place of the form found among those tried, None where none was.
        score: share of the printed outline of the boxes that was found, 0 to 1.
        picture: the page for the coordinator, upright where a form was found; JPEG.
        field: the row of boxes, enlarged; JPEG.
        digits: for every box its most probable readings; empty for an empty box.
        barcodes: texts of the barcodes.
        faults: what is wrong with the scan.
        blank: nothing is written or printed on it.
        expert: what an expert would see; JPEG.
        crops: the same by task.
    """

    source: str
    number: int
    template: int | None
    score: float
    picture: bytes
    field: bytes | None
    digits: tuple[tuple[DigitGuess, ...], ...]
    barcodes: tuple[str, ...]
    faults: tuple[Fault, ...]
    blank: bool
    expert: bytes | None
    crops: tuple[TaskCrop, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The pages of the samples, the refused files, and whether some pages were left out."""

    pages: tuple[TrialPage, ...]
    refused: tuple[RejectedFile, ...]
    more: bool


def try_form(samples: Iterable[tuple[str, BinaryIO]], templates: Sequence[PageTemplate]) -> Trial:
    """Read sample files with the forms, in a child process with limits.

    Args:
        samples: names and contents.
        templates: the form that is drawn, then the exam's others.
    """
    pages: list[TrialPage] = []
    refused: list[RejectedFile] = []
    with ChildReader(LIMITS) as reader:
        for name, source in samples:
            try:
                for raw in reader.read(source, name=name):
                    if len(pages) == MOST_PAGES:
                        return Trial(pages=tuple(pages), refused=tuple(refused), more=True)
                    pages.append(_page(raw, templates))
            except RejectedFile as refusal:
                refused.append(refusal)
    return Trial(pages=tuple(pages), refused=tuple(refused), more=False)


def first_page(name: str, source: BinaryIO) -> bytes:
    """The first page of a file as a JPEG of moderate size, to draw a form over.

    Raises:
        RejectedFile: the file cannot be read.
    """
    with ChildReader(LIMITS) as reader:
        pixels = next(reader.read(source, name=name)).pixels
    with Image.fromarray(pixels) as picture, io.BytesIO() as out:
        picture.thumbnail(BACKGROUND_PX)
        picture.save(out, "JPEG", quality=80)
        return out.getvalue()


def _page(raw: RawPage, templates: Sequence[PageTemplate]) -> TrialPage:
    reading = read_page(raw, templates)
    placement = reading.placement
    template = templates[placement.template if placement is not None else 0]
    shown = None if placement is None else anonymise(raw, reading, template, page=None)
    return TrialPage(
        source=raw.source,
        number=raw.index + 1,
        template=None if placement is None else placement.template,
        score=0.0 if placement is None else placement.score,
        picture=upright(raw, reading, template),
        field=None if placement is None else code_crop(raw, reading, template),
        digits=tuple(_guesses(row) for row in reading.digits),
        barcodes=tuple(code.text for code in reading.barcodes),
        faults=reading.quality.faults,
        blank=reading.quality.blank,
        expert=None if shown is None else shown.page,
        crops=() if shown is None else shown.crops,
    )


def _guesses(row: tuple[float, ...] | None) -> tuple[DigitGuess, ...]:
    if row is None:
        return ()
    best = sorted(range(len(row)), key=lambda digit: -row[digit])[:SHOWN_DIGITS]
    return tuple(
        DigitGuess(digit=None if digit == NO_DIGIT else digit, probability=row[digit])
        for digit in best
        if row[digit] >= LEAST_SHOWN
    )
