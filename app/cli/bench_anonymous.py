"""The scanning benchmark's planted marks: nothing that tells whose a page is reaches an expert."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from scanning import PageTemplate, anonymise, open_bundle, read_page, read_picture
from scanning.practice import (
    CodeScheme,
    PageTruth,
    PracticeSet,
    class_by_lot,
    make_practice_set,
)

LEAST_WHITE = 250  # JPEG leaves no darker pixel on paper that was painted white
PUPILS = 4


@dataclass(kw_only=True, slots=True)
class Leaks:
    """Pictures that experts could fetch, and how many of them tell something."""

    pictures: int = 0
    metadata: int = 0
    texts: int = 0
    barcodes: int = 0
    fields: int = 0


def find_leaks(*, classes: int, seed: int) -> Leaks:
    """Draw the pages of some classes for experts, and look for what was planted in them."""
    leaks = Leaks()
    for number in range(classes):
        spec = class_by_lot(seed=1000 * seed + number, scheme=CodeScheme.RANDOM, pupils=PUPILS)
        _look_through(make_practice_set(spec, seed=number), leaks)
    return leaks


def _look_through(practice: PracticeSet, leaks: Leaks) -> None:
    templates = [PageTemplate.from_layout(form.as_roster_layout()) for form in practice.layouts]
    raws = (raw for file in practice.files for raw in open_bundle(file.content, name=file.name))
    for raw, truth in zip(raws, practice.pages, strict=True):
        reading = read_page(raw, templates)
        if reading.placement is None or truth.kind not in ("script", "duplicate"):
            continue
        shown = anonymise(raw, reading, templates[reading.placement.template], page=truth.page)
        _look_at(shown.page, truth, practice, leaks)


def _look_at(jpeg: bytes, truth: PageTruth, practice: PracticeSet, leaks: Leaks) -> None:
    leaks.pictures += 1
    leaks.texts += any(mark in jpeg for mark in _marks(truth, practice))
    with Image.open(io.BytesIO(jpeg)) as image:
        leaks.metadata += bool(image.getexif()) or bool(set(image.info) - _HARMLESS)
        grey = np.asarray(image.convert("L"))
    leaks.barcodes += bool(read_picture(grey))
    leaks.fields += _inked(grey, truth, practice)


_HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def _marks(truth: PageTruth, practice: PracticeSet) -> list[bytes]:
    """What was written or planted, in the encodings of metadata."""
    texts = [truth.code, truth.printed_code, truth.written_name, truth.file]
    texts += list(practice.written_names())
    found = [text for text in texts if text]
    codes = ("utf-8", "utf-16-le", "utf-16-be", "cp1251")
    return [text.encode(code, "ignore") for text in found for code in codes if len(text) > 3]  # noqa: PLR2004


def _inked(grey: np.ndarray, truth: PageTruth, practice: PracticeSet) -> bool:
    """Whether anything is dark where the form has its code, its name line or its sticker."""
    layout = practice.layouts[((truth.page or 1) - 1) % len(practice.layouts)]
    template = PageTemplate.from_layout(layout.as_roster_layout())
    a_mm = grey.shape[1] / template.page_mm[0]
    fields = (template.code_box.bounds(), template.name_field, template.sticker)
    for field in (each for each in fields if each is not None):
        rows = slice(max(0, round(field.y * a_mm)), round(field.bottom * a_mm))
        part = grey[rows, max(0, round(field.x * a_mm)) : round(field.right * a_mm)]
        if part.size and part.min() < LEAST_WHITE:
            return True
    return False
