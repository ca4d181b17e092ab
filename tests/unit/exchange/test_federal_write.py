"""Results -> a new federal form, or a given one filled in place."""

import io
import re
import sys
import zipfile
from time import process_time

import numpy as np
import openpyxl
import pytest

from app.exchange.federal_form import fill_form, read_form, write_form
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import ABSENT, Criterion, ExamScheme, FormRow, Points, ResultsForm, X
from tests.unit.exchange.federal import PREPARED, SCHEME, TITLE, absent, federal_file, results, row

FORM = results(row("00012"), absent("00013"), row("00100", X, previous_mark=None))
SHEET = "xl/worksheets/sheet2.xml"


def reread(data: bytes) -> ResultsForm:
    return read_form(data, title=TITLE)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def protocol(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data))["Протокол"]


def test_new_form_comes_back_as_it_was() -> None:
    assert reread(write_form(FORM)) == FORM


def test_new_form_has_lists_formulas_and_hidden_parts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_form(FORM)))
    sheet = book["Протокол"]
    assert [cell.value for cell in sheet[1]][:9] == [
        *("Код участника", "Вариант", "1 (5б)", "9.1 (1б)", "4К1 (3б)", "4К2 (2б)"),
        "Порядковый номер класса",
        "Отметка за предыдущий триместр/ четверть/полугодие",
        "Итого баллов",
    ]
    assert [cell.value for cell in sheet[3]][:9] == [
        *(13, "отсутствовал", None, None, None, None, 1, "нет отметки", "=SUM(C3:F3)")
    ]
    assert sheet["A2"].number_format == "00000"
    assert (sheet["M1"].value, sheet["N1"].value) == ("4К2", "4К1")
    assert sheet.column_dimensions["M"].hidden
    assert book["Служебный"].sheet_state == "hidden"
    assert book["Порядковый номер класса"].sheet_state == "hidden"
    assert len(sheet.data_validations.dataValidation) == 7


def test_new_form_without_rows_can_be_read_and_filled() -> None:
    empty = write_form(results())
    assert reread(empty) == results()
    assert reread(fill_form(FORM, empty)) == FORM


def test_given_form_is_filled_and_comes_back() -> None:
    assert reread(fill_form(FORM, federal_file())) == FORM


def saved_again(data: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(buffer)
    return buffer.getvalue()


def test_form_saved_by_another_program_is_read_and_filled() -> None:
    filled = fill_form(FORM, saved_again(federal_file()))
    assert reread(filled) == FORM
    assert reread(saved_again(filled)) == FORM
    assert protocol(filled)["I2"].value == "=SUM(C2:F2)"


def test_filling_changes_no_other_part_of_the_workbook() -> None:
    given = federal_file()
    before, after = parts(given), parts(fill_form(FORM, given))
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [SHEET]


def without_cells(sheet: bytes) -> bytes:
    return re.sub(rb"<sheetData>.*</sheetData>", b"", sheet, flags=re.DOTALL)


def test_filling_changes_nothing_around_the_cells() -> None:
    given = federal_file()
    before, after = parts(given)[SHEET], parts(fill_form(FORM, given))[SHEET]
    assert b"sheetProtection" in before
    assert without_cells(before) == without_cells(after)


def test_filling_changes_no_other_cell_and_no_style() -> None:
    given = federal_file()
    before, after = protocol(given), protocol(fill_form(FORM, given))
    entered = {f"{letter}{number}" for letter in "ABCDEFGH" for number in (2, 3, 4)}
    for cells in after.iter_rows():
        for cell in cells:
            old = before[cell.coordinate]
            assert cell.style_id == old.style_id
            if cell.coordinate not in entered:
                assert cell.value == old.value
    assert before.dimensions == after.dimensions


def test_filled_total_stays_a_formula_with_the_right_stored_value() -> None:
    data = fill_form(FORM, federal_file())
    assert protocol(data)["I2"].value == "=SUM(C2:F2)"
    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Протокол"]
    assert stored["I2"].value == 6


def test_filling_twice_changes_nothing_more() -> None:
    once = fill_form(FORM, federal_file())
    assert parts(fill_form(FORM, once)) == parts(once)


def test_correction_replaces_only_the_corrected_cell() -> None:
    once = fill_form(FORM, federal_file())
    corrected = results(row("00012", 5), *FORM.rows[1:])
    twice = protocol(fill_form(corrected, once))
    before = protocol(once)
    changed = [
        c.coordinate for r in twice.iter_rows() for c in r if c.value != before[c.coordinate].value
    ]
    assert changed == ["C2"]


def test_participant_who_became_absent_loses_the_points() -> None:
    once = fill_form(results(row("00012")), federal_file())
    assert reread(fill_form(results(absent("00012")), once)) == results(absent("00012"))


def test_known_participants_keep_their_rows() -> None:
    given = federal_file({"A3": 12, "A5": 100})
    filled = protocol(fill_form(FORM, given))
    assert [filled[f"A{number}"].value for number in (2, 3, 4, 5)] == [13, 12, None, 100]


def test_rows_beyond_the_prepared_ones_get_a_total_too() -> None:
    many = results(*(row(f"{number:05d}") for number in range(1, PREPARED + 4)))
    data = fill_form(many, federal_file())
    assert reread(data) == many
    assert protocol(data).cell(PREPARED + 3, 9).value == f"=SUM(C{PREPARED + 3}:F{PREPARED + 3})"


def test_typed_total_follows_the_points() -> None:
    given = federal_file({"I2": 99})
    assert protocol(fill_form(results(row("00012")), given))["I2"].value == 6
    given = federal_file({"I2": 6})
    assert protocol(fill_form(results(row("00012")), given))["I2"].value == 6


def test_code_without_a_format_of_zeros_is_written_as_text() -> None:
    form = results(row("0000012"))
    data = fill_form(form, federal_file())
    assert protocol(data)["A2"].value == "0000012"
    assert reread(data) == form


def test_blank_mark_of_a_known_participant_is_left_blank() -> None:
    given = federal_file({"A2": 12})
    form = results(row("00012", previous_mark=None))
    assert protocol(fill_form(form, given))["H2"].value is None


def test_stranger_in_the_given_form_is_refused_by_address() -> None:
    with pytest.raises(FileProblemsError, match=r"Протокол!A2: «00099». Этого участника нет"):
        fill_form(FORM, federal_file({"A2": 99}))


def test_given_form_of_other_criteria_is_refused() -> None:
    with pytest.raises(ExchangeError, match=r"не совпадают с результатами .*: 1$"):
        fill_form(FORM, federal_file({"C1": "1 (4б)"}))


def test_exam_with_a_long_list_of_points_is_written_without_that_list() -> None:
    scheme = ExamScheme(criteria=(Criterion(label="1", maximum=100),))
    form = random_form(np.random.default_rng(1), 2, scheme)
    assert reread(write_form(form)) == form


def test_variant_outside_the_given_list_is_refused() -> None:
    with pytest.raises(FileProblemsError, match=r"Код 00012: «2». Такого варианта нет"):
        fill_form(FORM, federal_file(variants=(1, 3)))


def random_points(rng: np.random.Generator, scheme: ExamScheme) -> dict[str, Points]:
    points: dict[str, Points] = {}
    for criterion in scheme.criteria:
        base = points.get(criterion.depends_on or "", 1)
        most = 0 if base in (0, X) else criterion.maximum
        points[criterion.label] = X if rng.random() < 0.2 else int(rng.integers(0, most + 1))
    return points


def random_form(rng: np.random.Generator, rows: int, scheme: ExamScheme) -> ResultsForm:
    length = int(rng.integers(4, 9))
    codes = rng.choice(10**length, size=rows, replace=False)

    def one(code: int) -> FormRow:
        gone = rng.random() < 0.1
        return FormRow(
            code=str(code).zfill(length),
            variant=ABSENT if gone else int(rng.integers(1, 5)),
            points={} if gone else random_points(rng, scheme),
            class_serial=int(rng.integers(1, 51)),
            previous_mark=None if rng.random() < 0.2 else int(rng.integers(2, 6)),
        )

    return ResultsForm(
        subject=TITLE.subject,
        grade=TITLE.grade,
        year=TITLE.year,
        scheme=scheme,
        rows=tuple(one(int(code)) for code in codes),
    )


def test_a_thousand_random_tables_come_back_without_a_difference() -> None:
    rng = np.random.default_rng(4)
    given = federal_file()
    for number in range(1000):
        form = random_form(rng, int(rng.integers(0, 4)), SCHEME)
        data = write_form(form) if number % 2 else fill_form(form, given)
        assert reread(data) == form


def test_large_form_is_written_and_read_within_a_second_each() -> None:
    criteria = tuple(Criterion(label=str(n), maximum=3) for n in range(1, 30))
    form = random_form(np.random.default_rng(5), 500, ExamScheme(criteria=criteria))
    started = process_time()
    data = write_form(form)
    written = process_time()
    assert reread(data) == form
    read = process_time()
    bound = 1 if sys.gettrace() is None else 5  # measuring coverage takes its own time
    assert written - started < bound
    assert read - written < bound
