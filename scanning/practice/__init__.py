"""The public door of practice scans: made-up classes on paper, for the demo, tests, benchmarks."""

from scanning.practice.hostile import hostile_files
from scanning.practice.lots import class_by_lot, layout_by_lot
from scanning.practice.make import make_practice_set
from scanning.practice.spec import (
    ALL_TRAPS,
    Box,
    BundleFormat,
    CodeBoxes,
    CodeScheme,
    Colour,
    FormLayout,
    PracticeError,
    PracticeSpec,
    Scanner,
    Trap,
)
from scanning.practice.truth import HostileFile, PageTruth, PracticeFile, PracticeSet

__all__ = [
    "ALL_TRAPS",
    "Box",
    "BundleFormat",
    "CodeBoxes",
    "CodeScheme",
    "Colour",
    "FormLayout",
    "HostileFile",
    "PageTruth",
    "PracticeError",
    "PracticeFile",
    "PracticeSet",
    "PracticeSpec",
    "Scanner",
    "Trap",
    "class_by_lot",
    "hostile_files",
    "layout_by_lot",
    "make_practice_set",
]
