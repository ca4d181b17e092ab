"""The paper protocol of a class: codes printed, names written by hand and kept on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.printing.sheets import build_pdf, fact, ruled_table, signature, small, title

_HEADER = ("№", "Код участника", "Фамилия, имя (от руки)", "Вариант", "Подпись")
_WIDTHS_MM = (10, 34, 86, 20, 30)
_ROW_MM = 7.5  # Room for a name by hand; 27 lines and a long name of the school fit a page.


def paper_protocol(
    codes: Sequence[str], *, school: str, class_name: str, exam: str, held_on: date
) -> bytes:
    """An empty protocol: a code a line, with room for name, variant and signature (P 6.6.3).

    Args:
        codes: The codes of the class, in order.
        school: The school's name.
        class_name: 4А.
        exam: Subject and grade, in words.
        held_on: The day of the work.
    """
    rows = [(str(number), code, "", "", "") for number, code in enumerate(codes, start=1)]
    story = [
        title("Протокол соответствия кодов и участников ВПР"),
        fact("Образовательная организация", school),
        fact("Класс и работа", f"{class_name}, {exam}, {held_on:%d.%m.%Y}"),
        small(
            "Хранится в школе на бумаге один год; в электронном виде не составляется, "
            "не сканируется, не передаётся."
        ),
        ruled_table(_HEADER, rows, widths_mm=_WIDTHS_MM, row_height_mm=_ROW_MM),
        signature("Организатор в аудитории", "/ ____________________"),
    ]
    return build_pdf(story, name=f"Протокол: {school}, {class_name}")
