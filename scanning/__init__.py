"""From pixels to codes: the public door.

The way of a bundle: `open_bundle` (or `read_in_child`) -> `RawPage`; `read_page` -> `PageReading`, kept;
`identify` decides all readings of a bundle together -> `PageVerdict`; `anonymise` draws what experts may see.
"""

from scanning.codes import CodeError, IssuedCodes
from scanning.errors import ScanError
from scanning.layout import LayoutError
from scanning.raw import Limits, RawPage, RejectedFile, RejectKind
from scanning.reading import Barcode, Fault, PageReading, Placement, Quality
from scanning.template import CodeBox, PageTemplate, Rect, VisibleArea
from scanning.verdict import Candidate, CodeSource, PageKind, PageVerdict, WhyPerson

__all__ = [
    "Barcode",
    "Candidate",
    "CodeBox",
    "CodeError",
    "CodeSource",
    "Fault",
    "IssuedCodes",
    "LayoutError",
    "Limits",
    "PageKind",
    "PageReading",
    "PageTemplate",
    "PageVerdict",
    "Placement",
    "Quality",
    "RawPage",
    "Rect",
    "RejectKind",
    "RejectedFile",
    "ScanError",
    "VisibleArea",
    "WhyPerson",
]
