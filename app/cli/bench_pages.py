"""The scanning benchmark's pages: classes by lot, read and identified, held against the truth."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from scanning import (
    IssuedCodes,
    PageKind,
    PageReading,
    PageTemplate,
    PageVerdict,
    identify,
    open_bundle,
    read_page,
)
from scanning.practice import CodeScheme, PageTruth, PracticeSet, class_by_lot, make_practice_set

PUPILS = 25
SCHEMES = (CodeScheme.RANDOM, CodeScheme.DISTANT, CodeScheme.CONSECUTIVE)
NEAR_MM = 1.0  # a located page's code boxes lie within a millimetre of the truth


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the pages of some classes, counted.

    `nameable` are pages that a careful reader can name, `named` those of them that were named
    rightly. `bold` were named rightly although a careful reader would have asked. `faults` tells
    of each wrong code or lost script where it happened.
    """

    pages: int = 0
    nameable: int = 0
    named: int = 0
    bold: int = 0
    wrong: int = 0
    forms: int = 0
    located: int = 0
    turned_right: int = 0
    blanks: int = 0
    blanks_dropped: int = 0
    written: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count the pages of another tally too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tally_pages(*, pages: int, seed: int) -> dict[CodeScheme, Tally]:
    """Make classes of every scheme until so many pages are read; a tally a scheme."""
    tallies = {scheme: Tally() for scheme in SCHEMES}
    workers = min(2, os.cpu_count() or 1)
    with multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=20) as pool:
        classes = pool.imap(_of_class, _classes(seed))
        for scheme, tally in classes:
            tallies[scheme].add(tally)
            if sum(each.pages for each in tallies.values()) >= pages:
                pool.terminate()
                break
    return tallies


def _classes(seed: int) -> Iterator[tuple[int, CodeScheme]]:
    return ((1000 * seed + number, SCHEMES[number % len(SCHEMES)]) for number in count())


def _of_class(lot: tuple[int, CodeScheme]) -> tuple[CodeScheme, Tally]:
    seed, scheme = lot
    practice = make_practice_set(class_by_lot(seed=seed, scheme=scheme, pupils=PUPILS), seed=seed)
    readings, verdicts = read_class(practice)
    tally = Tally()
    for truth, reading, verdict in zip(practice.pages, readings, verdicts, strict=True):
        place = f"{scheme} seed {seed} {truth.file}[{truth.index}]"
        count_page(tally, truth, verdict, place=place)
        _count_reading(tally, practice, truth, reading)
    return scheme, tally


def read_class(practice: PracticeSet) -> tuple[list[PageReading], tuple[PageVerdict, ...]]:
    """Read a practice set's files and decide its pages together."""
    templates = [PageTemplate.from_layout(form.as_roster_layout()) for form in practice.layouts]
    readings = [
        read_page(raw, templates)
        for file in practice.files
        for raw in open_bundle(file.content, name=file.name)
    ]
    issued = IssuedCodes(codes=practice.issued)
    return readings, identify(readings, issued, pages_expected=practice.pages_expected)


def count_page(tally: Tally, truth: PageTruth, verdict: PageVerdict, *, place: str) -> None:
    """Count one verdict; a code that is not the page's own is wrong, whoever wrote it."""
    tally.pages += 1
    right = verdict.code is not None and verdict.code == truth.code
    can_be_named = truth.expect == "identify" and truth.kind == "script"
    tally.nameable += can_be_named
    tally.named += can_be_named and right
    tally.bold += right and not can_be_named and truth.kind == "script"
    if verdict.code is not None and not right:
        tally.wrong += 1
        tally.faults.append(f"{place}: {truth.code} named {verdict.code}, {verdict.confidence}")
    dropped = verdict.kind is PageKind.BLANK and not verdict.needs_person
    if truth.kind == "blank":
        tally.blanks += 1
        tally.blanks_dropped += dropped
        return
    tally.written += 1
    tally.lost += dropped
    if dropped:
        tally.faults.append(f"{place}: dropped as blank")


def _count_reading(
    tally: Tally, practice: PracticeSet, truth: PageTruth, reading: PageReading
) -> None:
    """Count whether the form was found on a page that has one, where it lies, and which way up."""
    if truth.kind not in ("script", "duplicate"):
        return
    tally.forms += 1
    if reading.placement is None:
        return
    layout = practice.layouts[((truth.page or 1) - 1) % len(practice.layouts)]
    row = PageTemplate.from_layout(layout.as_roster_layout()).code_box
    told = PageTemplate.from_layout(
        practice.layouts[reading.placement.template].as_roster_layout()
    ).code_box
    true_way = np.array(truth.mm_to_px).reshape(2, 3)
    found_way = np.array(reading.placement.mm_to_px)
    true_at = np.array(row.corners()) @ true_way[:, :2].T + true_way[:, 2]
    found_at = np.array(told.corners()) @ found_way[:, :2].T + found_way[:, 2]
    a_mm = float(np.sqrt(abs(np.linalg.det(true_way[:, :2]))))
    middle_off = np.hypot(*(true_at.mean(axis=0) - found_at.mean(axis=0))) / a_mm
    if middle_off > NEAR_MM:
        return
    tally.located += 1
    tally.turned_right += reading.rotation == truth.rotation
