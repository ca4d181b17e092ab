"""Acts with violations as one ZIP: the scans, named by day and school, and a table of them."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.exchange.tables_out import table_csv

INDEX = "index.csv"
_HEADER = ("Файл", "День", "Логин ОО", "Название ОО", "Нарушения", "SHA-256")
# A fixed moment of the entries: the same acts give the same archive.
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActEntry:
    """An act to be archived."""

    day: date
    school_login: str
    school: str
    summary: str
    suffix: str
    sha256: str


def archive_acts(acts: Sequence[ActEntry], *, read: Callable[[str], bytes]) -> bytes:
    """The archive; `read` gives the scan of a hash."""
    buffer, taken = io.BytesIO(), Counter[str]()
    rows: list[tuple[str, ...]] = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for act in acts:
            stem = f"{act.day.isoformat()}_{act.school_login}"
            taken[stem] += 1
            name = f"{stem}_{taken[stem]}.{act.suffix}"
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), read(act.sha256))
            day = f"{act.day:%d.%m.%Y}"
            rows.append((name, day, act.school_login, act.school, act.summary, act.sha256))
        archive.writestr(zipfile.ZipInfo(INDEX, _MOMENT), table_csv(_HEADER, rows))
    return buffer.getvalue()
