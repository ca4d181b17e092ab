"""Bundles of scans come in, and what was read from them is filed: bundle -> pages -> scripts."""

from app.services.intake.filing import Filed, ReadFile, ReadPage, file_pages
from app.services.intake.matching import Matched, match_again
from app.services.intake.receiving import (
    KnownFile,
    Received,
    StoredFile,
    read_again,
    receive_bundle,
)
from app.services.intake.rereading import ReadAgain, refile_pages

__all__ = [
    "Filed",
    "KnownFile",
    "Matched",
    "ReadAgain",
    "ReadFile",
    "ReadPage",
    "Received",
    "StoredFile",
    "file_pages",
    "match_again",
    "read_again",
    "receive_bundle",
    "refile_pages",
]
