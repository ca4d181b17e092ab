"""How many pages a file seems to hold, told without opening it: for a bar of progress only."""

from __future__ import annotations

import re

PDF_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
PDF_HEAD = b"%PDF-"
PICTURE_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def likely_pages(content: bytes) -> int | None:
    """Pages of a PDF that names them openly, 1 for a picture; None where it cannot be told."""
    if content.startswith(PICTURE_HEADS):
        return 1
    if not content.startswith(PDF_HEAD):
        return None
    return len(PDF_PAGE.findall(content)) or None
