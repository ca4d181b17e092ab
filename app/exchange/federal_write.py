"""Rows of results -> a new workbook in the shape of the federal form."""

from __future__ import annotations

import io
from collections.abc import Iterator

import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from app.exchange.federal_layout import (
    CODE_HEADER,
    DEPENDENCIES_AFTER_TOTAL,
    MARK_HEADER,
    PROTOCOL,
    SERIAL_HEADER,
    TOTAL_HEADER,
    VARIANT_HEADER,
)
from app.exchange.federal_read import NO_MARK
from app.exchange.federal_sheet import ABSENT_WORD, SERVICE
from scoring import Absence, Criterion, FormRow, NotAttempted, Points, ResultsForm
from scoring.results import CLASS_SERIALS, PREVIOUS_MARKS

_SPARE_ROWS = 50
_MOST_TYPED = 255  # characters of a list that is typed in place
_FIRST = 2  # column of the first criterion, from 0
_MARKS = [*sorted(PREVIOUS_MARKS, reverse=True), NO_MARK]


def write_form(form: ResultsForm) -> bytes:
    """A workbook with the protocol, its lists, its hidden dependencies and totals as formulas."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1}
        )
        code = workbook.add_format({"num_format": _code_format(form), "align": "center"})
        protocol = workbook.add_worksheet(PROTOCOL)
        _write_headers(protocol, form, head)
        protocol.set_column(0, 0, 14, code)
        for number, row in enumerate(form.rows, start=1):
            _write_row(protocol, number, row, form)
        _write_dependencies(protocol, form)
        variants = _write_service(workbook.add_worksheet(SERVICE), form)
        _write_serials(workbook.add_worksheet(SERIAL_HEADER))
        _add_lists(protocol, form, variants)
        protocol.freeze_panes(1, 2)
        protocol.activate()
    return buffer.getvalue()


def shown_points(points: Points) -> int | str:
    """Points as the form holds them: a number, or a Latin X."""
    return "X" if isinstance(points, NotAttempted) else points


def shown_mark(mark: int | None) -> int | str:
    """A previous mark as the form holds it."""
    return NO_MARK if mark is None else mark


def _code_format(form: ResultsForm) -> str:
    length = len(form.rows[0].code) if form.rows else 5
    return "0" * length


def _total_column(form: ResultsForm) -> int:
    return _FIRST + len(form.scheme.criteria) + 2


def _write_headers(sheet: Worksheet, form: ResultsForm, head: object) -> None:
    criteria = [criterion.header for criterion in form.scheme.criteria]
    headers = [CODE_HEADER, VARIANT_HEADER, *criteria, SERIAL_HEADER, MARK_HEADER, TOTAL_HEADER]
    sheet.set_row(0, 60)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, head)
    sheet.set_column(1, 1, 14)
    sheet.set_column(_FIRST, _FIRST + len(criteria) - 1, 7)
    sheet.set_column(_FIRST + len(criteria), _total_column(form), 15)


def _write_row(sheet: Worksheet, number: int, row: FormRow, form: ResultsForm) -> None:
    sheet.write_number(number, 0, int(row.code))
    absent = isinstance(row.variant, Absence)
    sheet.write(number, 1, ABSENT_WORD if absent else row.variant)
    for column, criterion in enumerate(form.scheme.criteria, start=_FIRST):
        if not absent:
            sheet.write(number, column, shown_points(row.points[criterion.label]))
    last = _FIRST + len(form.scheme.criteria) - 1
    sheet.write_number(number, last + 1, row.class_serial)
    sheet.write(number, last + 2, shown_mark(row.previous_mark))
    formula = f"=SUM({xl_range(number, _FIRST, number, last)})"
    sheet.write_formula(number, last + 3, formula, value=row.raw_score or 0)


def _write_dependencies(sheet: Worksheet, form: ResultsForm) -> None:
    """Two hidden columns a dependent criterion: every allowed pair, dependent first."""
    column = _total_column(form) + DEPENDENCIES_AFTER_TOTAL
    for criterion in form.scheme.criteria:
        if criterion.depends_on is None:
            continue
        base = form.scheme.get_criterion(criterion.depends_on)
        sheet.write_string(0, column, criterion.label)
        sheet.write_string(0, column + 1, base.label)
        for row, (dependent, of_base) in enumerate(_allowed_pairs(criterion, base), start=1):
            sheet.write(row, column, dependent)
            sheet.write(row, column + 1, of_base)
        sheet.set_column(column, column + 1, 8, None, {"hidden": True})
        column += 2


def _allowed_pairs(dependent: Criterion, base: Criterion) -> Iterator[tuple[int | str, int | str]]:
    for of_base in ("X", *range(base.maximum + 1)):
        most = 0 if of_base in ("X", 0) else dependent.maximum
        for value in ("X", *range(most + 1)):
            yield value, of_base


def _write_service(sheet: Worksheet, form: ResultsForm) -> int:
    """The lists of variants and marks; gives the number of listed variants."""
    variants = sorted({row.variant for row in form.rows if not isinstance(row.variant, Absence)})
    sheet.write_column(0, 0, [VARIANT_HEADER, ABSENT_WORD, *variants])
    sheet.write_column(0, 1, [MARK_HEADER, *_MARKS])
    sheet.hide()
    return len(variants)


def _write_serials(sheet: Worksheet) -> None:
    sheet.write_column(0, 0, list(CLASS_SERIALS))
    sheet.hide()


def _add_lists(sheet: Worksheet, form: ResultsForm, variants: int) -> None:
    bottom = len(form.rows) + _SPARE_ROWS
    if variants:
        _add_list(sheet, bottom, 1, f"={SERVICE}!$A$2:$A${variants + 2}")
    for column, criterion in enumerate(form.scheme.criteria, start=_FIRST):
        _add_list(sheet, bottom, column, ["X", *map(str, range(criterion.maximum + 1))])
    last = _FIRST + len(form.scheme.criteria) - 1
    _add_list(sheet, bottom, last + 1, f"='{SERIAL_HEADER}'!$A$1:$A${len(CLASS_SERIALS)}")
    _add_list(sheet, bottom, last + 2, f"={SERVICE}!$B$2:$B${len(_MARKS) + 1}")


def _add_list(sheet: Worksheet, bottom: int, column: int, source: str | list[str]) -> None:
    rule = {"validate": "list", "source": _short(source), "error_title": "Недопустимое значение"}
    if rule["source"]:
        sheet.data_validation(1, column, bottom, column, rule)


def _short(source: str | list[str]) -> str | list[str]:
    """The list, if it can be typed in place; a longer one is left to the reader."""
    too_long = isinstance(source, list) and len(",".join(source)) > _MOST_TYPED
    return [] if too_long else source
