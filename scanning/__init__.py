"""From pixels to codes: the public door.

The way of a bundle: `open_bundle`, or `ChildReader` for files of strangers, gives `RawPage`;
`read_page` makes a `PageReading`, which is kept; `identify` decides all readings of a bundle
together; `anonymise` draws what experts may see.
"""

from scanning.anonymise import (
    AnonymousImages,
    NotPlacedError,
    TaskCrop,
    anonymise,
    code_crop,
    upright,
)
from scanning.barcode import read_picture
from scanning.bundle import open_bundle
from scanning.child import ChildReader, read_in_child
from scanning.codes import CodeError, IssuedCodes
from scanning.crew import ReaderDiedError, Source, Told, processes_for, read_files
from scanning.errors import ScanError
from scanning.identify import identify
from scanning.layout import LayoutError
from scanning.outline import likely_pages
from scanning.page import read_page
from scanning.raw import Limits, RawPage, RejectedFile, RejectKind
from scanning.reading import Barcode, Fault, PageReading, Placement, Quality
from scanning.template import CodeBox, PageTemplate, Rect, VisibleArea
from scanning.verdict import Candidate, CodeSource, PageKind, PageVerdict, WhyPerson
from scanning.view import as_viewed, placed_by_hand
from scanning.watermark import watermarked

__all__ = [
    "AnonymousImages",
    "Barcode",
    "Candidate",
    "ChildReader",
    "CodeBox",
    "CodeError",
    "CodeSource",
    "Fault",
    "IssuedCodes",
    "LayoutError",
    "Limits",
    "NotPlacedError",
    "PageKind",
    "PageReading",
    "PageTemplate",
    "PageVerdict",
    "Placement",
    "Quality",
    "RawPage",
    "ReaderDiedError",
    "Rect",
    "RejectKind",
    "RejectedFile",
    "ScanError",
    "Source",
    "TaskCrop",
    "Told",
    "VisibleArea",
    "WhyPerson",
    "anonymise",
    "as_viewed",
    "code_crop",
    "identify",
    "likely_pages",
    "open_bundle",
    "placed_by_hand",
    "processes_for",
    "read_files",
    "read_in_child",
    "read_page",
    "read_picture",
    "upright",
    "watermarked",
]
