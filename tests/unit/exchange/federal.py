"""A small federal form as the federal system might give it, and results that fit it."""

import io
from collections.abc import Mapping

import xlsxwriter

from app.exchange.federal_form import FormTitle
from scoring import ABSENT, Criterion, ExamScheme, FormRow, ResultsForm, X

TITLE = FormTitle(subject="Английский язык", grade=8, year=2026)
NAME = "Форма сбора результатов Английский язык 8 класс ВПР 2026.xlsx"
SCHEME = ExamScheme(
    criteria=(
        Criterion(label="1", maximum=5),
        Criterion(label="9.1", maximum=1),
        Criterion(label="4К1", maximum=3),
        Criterion(label="4К2", maximum=2, depends_on="4К1"),
    )
)
HEADERS = [
    "Код участника",
    "Вариант",
    "1 (5б)",
    "9,1 (1б)",
    "4K1 (3б)",
    "4К2 (2б)",
    "Порядковый номер класса",
    "Отметка за предыдущий триместр/ четверть/полугодие",
    "Итого баллов",
]
PREPARED = 6


def results(*rows: FormRow) -> ResultsForm:
    """A form of results of the small exam."""
    return ResultsForm(
        subject=TITLE.subject, grade=TITLE.grade, year=TITLE.year, scheme=SCHEME, rows=rows
    )


def row(code: str, one: object = 3, **changes: object) -> FormRow:
    """A participant with points 3, X, 2, 1 unless told otherwise."""
    facts = {
        "code": code,
        "variant": 2,
        "points": {"1": one, "9.1": X, "4К1": 2, "4К2": 1},
        "class_serial": 1,
        "previous_mark": 4,
    }
    return FormRow(**{**facts, **changes})


def absent(code: str) -> FormRow:
    """A participant who was absent."""
    return row(code, variant=ABSENT, points={}, previous_mark=None)


def federal_file(
    cells: Mapping[str, object] | None = None, *, variants: tuple[int, ...] = (1, 2, 3, 4)
) -> bytes:
    """A workbook with lists, formulas, protection, hidden sheets, names, formats and comments.

    Args:
        cells: What to write into cells of the protocol, over what stands there; a pair is a
            formula and its stored value.
        variants: The list of variants on the hidden sheet.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        guide = workbook.add_worksheet("Инструкция")
        guide.write("A1", "Заполните лист «Протокол»")
        protocol = workbook.add_worksheet("Протокол")
        _prepare(workbook, protocol)
        service = workbook.add_worksheet("Служебный")
        service.write_column(0, 3, ["отсутствовал", *variants])
        service.hide()
        serials = workbook.add_worksheet("Порядковый номер класса")
        serials.write_column(0, 0, list(range(1, 51)))
        serials.very_hidden()
        workbook.define_name("Варианты", f"=Служебный!$D$1:$D${len(variants) + 1}")
        for at, value in (cells or {}).items():
            style = workbook.add_format({"num_format": "00000" if at[0] == "A" else "0.##"})
            if isinstance(value, tuple):
                protocol.write_formula(at, value[0], style, value[1])
            else:
                protocol.write(at, value, style)
        guide.activate()
    return buffer.getvalue()


def _prepare(workbook: xlsxwriter.Workbook, protocol: object) -> None:
    head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "text_wrap": True})
    code = workbook.add_format({"num_format": "00000", "locked": False, "border": 1})
    free = workbook.add_format({"locked": False, "border": 1})
    total = workbook.add_format({"italic": True, "border": 1})
    protocol.write_row(0, 0, HEADERS, head)
    for number in range(1, PREPARED + 1):
        protocol.write_blank(number, 0, None, code)
        for column in range(1, 8):
            protocol.write_blank(number, column, None, free)
        protocol.write_formula(number, 8, f"=SUM(C{number + 1}:F{number + 1})", total)
    protocol.write_row(0, 12, ["4К2", "4К1"])
    pairs = [("X", "X"), (0, "X"), ("X", 0), (0, 0), (0, 1), (1, 1), (2, 1), (2, 3)]
    for number, pair in enumerate(pairs, start=1):
        protocol.write_row(number, 12, pair)
    protocol.set_column(12, 13, 8, None, {"hidden": True})
    protocol.data_validation(1, 1, PREPARED, 1, {"validate": "list", "source": "=Варианты"})
    protocol.data_validation(
        1, 2, PREPARED, 2, {"validate": "list", "source": ["0", "1", "2", "3", "4", "5", "X"]}
    )
    protocol.conditional_format(1, 2, PREPARED, 5, {"type": "blanks", "format": free})
    protocol.write_comment("B1", "Для отсутствующих выберите «отсутствовал»")
    protocol.protect("", {"format_columns": True})
    protocol.freeze_panes(1, 2)
    protocol.set_header("&CВПР 2026")
