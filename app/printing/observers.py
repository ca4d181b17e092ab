"""The list of observers by day and school, to hang out and to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.printing.sheets import build_pdf, fact, ruled_table, title

_WIDTHS_MM = (26, 60, 62, 30)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedVisit:
    """One line of the list."""

    day: date
    school: str
    observer: str


def observers_list(visits: Sequence[ListedVisit], *, campaign: str, municipality: str) -> bytes:
    """The list as PDF, with a place for each signature."""
    name = "Список общественных наблюдателей"
    header = ("День", "Образовательная организация", "Наблюдатель", "Подпись")
    rows = [(f"{one.day:%d.%m.%Y}", one.school, one.observer, "") for one in visits]
    story = [
        title(name),
        fact("Муниципалитет", municipality),
        fact("Кампания", campaign),
        ruled_table(header, rows, widths_mm=_WIDTHS_MM),
    ]
    return build_pdf(story, name=name)
