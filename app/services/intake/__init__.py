"""Bundles of scans come in, and what was read from them is filed: bundle -> pages -> scripts."""

from app.services.intake.filing import Filed, file_pages
from app.services.intake.matching import Matched, match_again
from app.services.intake.readings import ReadAgain, ReadFile, ReadPage
from app.services.intake.receiving import (
    KnownFile,
    Received,
    StoredFile,
    read_again,
    receive_bundle,
)
from app.services.intake.reckoning import (
    Reckoning,
    reckon_again,
    reckon_filing,
    reckon_refiling,
)
from app.services.intake.rereading import refile_pages

__all__ = [
    "Filed",
    "KnownFile",
    "Matched",
    "ReadAgain",
    "ReadFile",
    "ReadPage",
    "Received",
    "Reckoning",
    "StoredFile",
    "file_pages",
    "match_again",
    "read_again",
    "receive_bundle",
    "reckon_again",
    "reckon_filing",
    "reckon_refiling",
    "refile_pages",
]
