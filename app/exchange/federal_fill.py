"""Rows of results into a given federal form: cells are replaced in its XML, all else stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from app.exchange.book import Value, ValueKind
from app.exchange.cell_patch import NewCell, patch_sheet
from app.exchange.cells import address
from app.exchange.federal_layout import CODE, VARIANT, FormLayout, place
from app.exchange.federal_read import filled_rows
from app.exchange.federal_sheet import ABSENT_WORD, GivenForm, open_form
from app.exchange.federal_write import shown_mark, shown_points
from app.exchange.problems import ExchangeError, FileProblemsError, problem
from scoring import Absence, FormRow, ResultsForm


def fill_form(form: ResultsForm, given: bytes) -> bytes:
    """The given workbook with the rows of results entered.

    A row that has a participant's code keeps its place; other participants take the first free
    rows. A cell that already says the right thing is left alone. Totals stay formulas; only
    their stored value follows.

    Raises:
        ExchangeError: The given file is no federal form.
        FileProblemsError: Its criteria, variants or participants do not fit the results.
    """
    opened = open_form(given)
    _check_criteria(form, opened.layout)
    _check_variants(form, opened)
    changes: dict[tuple[int, int], NewCell] = {}
    for number, row in _places(form, opened).items():
        changes.update(_row_changes(number, row, opened))
    sheet = opened.sheet
    patched = patch_sheet(opened.book.parts[sheet.part], sheet.scan, changes)
    return _repack(given, sheet.part, patched)


def _check_criteria(form: ResultsForm, layout: FormLayout) -> None:
    ours = {criterion.label: criterion for criterion in form.scheme.criteria}
    theirs = {criterion.label: criterion for criterion in layout.scheme.criteria}
    if ours == theirs:
        return
    different = sorted(
        label for label in ours.keys() | theirs.keys() if ours.get(label) != theirs.get(label)
    )
    raise ExchangeError(
        "Критерии данной формы не совпадают с результатами (обозначение, максимум или "
        "зависимость): %(labels)s",
        labels=", ".join(different),
    )


def _check_variants(form: ResultsForm, given: GivenForm) -> None:
    if given.variants is None:
        return
    problems = [
        problem(
            f"Код {row.code}",
            row.variant,
            "Такого варианта нет в списке формы: %(listed)s",
            listed=", ".join(map(str, sorted(given.variants)[:20])),
        )
        for row in form.rows
        if not isinstance(row.variant, Absence) and row.variant not in given.variants
    ]
    if problems:
        raise FileProblemsError(problems)


def _places(form: ResultsForm, given: GivenForm) -> Mapping[int, FormRow]:
    """The protocol's row of every participant."""
    filled = filled_rows(given)
    taken = {given.sheet.value(row, CODE).text: row for row in filled}
    codes = {row.code for row in form.rows}
    strangers = [
        problem(place(row, CODE), code, "Этого участника нет в результатах: удалите строку")
        for code, row in taken.items()
        if code not in codes
    ]
    if strangers:
        raise FileProblemsError(strangers)
    free = (number for number in range(2, 2 + len(filled) + len(form.rows)) if number not in filled)
    return {taken[row.code] if row.code in taken else next(free): row for row in form.rows}


def _row_changes(number: int, row: FormRow, given: GivenForm) -> Mapping[tuple[int, int], NewCell]:
    layout = given.layout
    known = given.sheet.value(number, CODE).text == row.code
    wanted: dict[int, int | str | None] = {
        VARIANT: ABSENT_WORD if isinstance(row.variant, Absence) else row.variant,
        layout.serial: row.class_serial,
        layout.mark: shown_mark(row.previous_mark),
    }
    for label, column in layout.criteria.items():
        wanted[column] = shown_points(row.points[label]) if label in row.points else None
    if known and row.previous_mark is None and _is_blank(given, number, layout.mark):
        del wanted[layout.mark]  # a blank mark says the same as «нет отметки»
    changes = {
        (number, column): NewCell(value=value, style=_style(given, number, column))
        for column, value in wanted.items()
        if not _says(given.sheet.value(number, column), value)
    }
    if not known:
        changes[number, CODE] = _code_cell(given, number, row.code)
    total = _total_cell(given, number, row)
    return changes if total is None else {**changes, (number, layout.total): total}


def _is_blank(given: GivenForm, row: int, column: int) -> bool:
    return given.sheet.value(row, column).kind is ValueKind.BLANK


def _says(value: Value, wanted: int | str | None) -> bool:
    if wanted is None:
        return value.kind is ValueKind.BLANK and not value.formula
    if isinstance(wanted, int):
        return value.whole == wanted
    return value.kind is ValueKind.TEXT and value.text == wanted


def _style(given: GivenForm, row: int, column: int) -> int:
    """A cell's format; for a new one that of the first prepared cell below the header."""
    scan = given.sheet.scan
    if (row, column) in scan.cells:
        return scan.cells[row, column].style
    prepared = [place for place in scan.cells if place[1] == column and place[0] > 1]
    if prepared:
        return scan.cells[min(prepared)].style
    styles = (style for first, last, style in scan.column_styles if first <= column <= last)
    return next(styles, 0)


def _code_cell(given: GivenForm, row: int, code: str) -> NewCell:
    """A number where the column's format restores the zeros, else a text."""
    style = _style(given, row, CODE)
    as_number = given.book.shown_number(int(code), style) == code
    return NewCell(value=int(code) if as_number else code, style=style)


def _total_cell(given: GivenForm, number: int, row: FormRow) -> NewCell | None:
    """The total keeps its formula, or gets one; its stored value is the row's sum."""
    column = given.layout.total
    value = given.sheet.value(number, column)
    style = _style(given, number, column)
    if value.formula:
        if value.whole == row.raw_score or (row.raw_score is None and not value.number):
            return None
        return NewCell(value=row.raw_score, style=style, keep_formula=True)
    if value.kind is not ValueKind.BLANK:
        return None if value.whole == row.raw_score else NewCell(value=row.raw_score)
    first, last = min(given.layout.criteria.values()), max(given.layout.criteria.values())
    formula = f"SUM({address(number, first)}:{address(number, last)})"
    return NewCell(value=row.raw_score or 0, style=style, formula=formula)


def _repack(given: bytes, part: str, patched: bytes) -> bytes:
    """The same archive, entry by entry, with one part replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(given)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        target.comment = source.comment
        for entry in source.infolist():
            content = patched if entry.filename == part else source.read(entry)
            target.writestr(entry, content)
    return buffer.getvalue()
