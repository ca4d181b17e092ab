"""A number of a request is read within what a database can hold."""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "app" / "web"


def test_no_page_reads_a_number_without_bounds() -> None:
    unbounded = [
        str(path.relative_to(WEB))
        for path in WEB.rglob("*.py")
        if re.search(r"type=int\b", path.read_text())
    ]
    assert unbounded == []
