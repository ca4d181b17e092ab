"""What changed between two versions of a form, as CSV for a Russian spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from app.exchange.tables_out import harmless

HEADER = ("Код участника", "Что изменилось", "Было", "Стало")


def difference_csv(rows: Iterable[tuple[str, str, str, str]]) -> bytes:
    """Code, column, before, after: with `;`, in UTF-8 with its mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows([harmless(cell) for cell in cells] for cells in rows)
    return buffer.getvalue().encode("utf-8-sig")
