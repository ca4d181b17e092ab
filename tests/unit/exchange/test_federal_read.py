"""The federal form -> results, or every wrong cell with its address."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from app.exchange import federal_read
from app.exchange.federal_form import FormTitle, read_form, title_of_name
from app.exchange.federal_sheet import open_form
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import ABSENT, ResultsForm, X
from tests.unit.exchange.federal import HEADERS, NAME, SCHEME, TITLE, federal_file

GOOD = {"A2": 12, "B2": 2, "C2": 3, "D2": "х", "E2": 2, "F2": 1, "G2": 1, "H2": 4}
SECOND = {"A3": 13, "B3": 1, "C3": 0, "D3": 1, "E3": "X", "F3": 0, "G3": 2}


def read(cells: dict[str, object]) -> ResultsForm:
    return read_form(federal_file(cells), title=TITLE)


def problems(cells: dict[str, object]) -> dict[str, str]:
    with pytest.raises(FileProblemsError) as caught:
        read(cells)
    return {one.place: str(one) for one in caught.value.problems}


def test_criteria_are_read_with_their_dependencies() -> None:
    assert open_form(federal_file()).layout.scheme == SCHEME


def test_row_is_read_with_zeros_and_either_alphabet() -> None:
    (found,) = read(GOOD).rows
    assert found.code == "00012"
    assert found.variant == 2
    assert dict(found.points) == {"1": 3, "9.1": X, "4К1": 2, "4К2": 1}
    assert (found.class_serial, found.previous_mark) == (1, 4)


def test_form_takes_its_title_from_the_file_name() -> None:
    found = read_form(federal_file(GOOD), title=title_of_name(NAME))
    assert (found.subject, found.grade, found.year) == ("Английский язык", 8, 2026)


def test_absent_participant_has_no_points() -> None:
    (found,) = read({"A2": 12, "B2": "Отсутствовал ", "G2": 1}).rows
    assert found.variant is ABSENT
    assert found.points == {}


def test_blank_rows_between_participants_are_passed_over() -> None:
    moved = {place.replace("3", "7"): value for place, value in SECOND.items()}
    assert [row.code for row in read({**GOOD, **moved}).rows] == ["00012", "00013"]


@pytest.mark.parametrize("mark", ["нет отметки", "Нет отметки", None, ""])
def test_no_previous_mark_is_null(mark: object) -> None:
    assert read({**GOOD, "H2": mark}).rows[0].previous_mark is None


def test_numbers_typed_as_text_are_numbers() -> None:
    typed = {"A2": "00012", "B2": "2", "C2": "3", "E2": "2", "F2": " 1 ", "G2": "1", "H2": "4"}
    assert read({**GOOD, **typed}) == read(GOOD)


def test_value_of_a_formula_counts_as_typed() -> None:
    assert read({**GOOD, "C2": ("=1+2", 3)}) == read(GOOD)


def test_stored_total_of_a_formula_is_not_believed() -> None:
    assert read({**GOOD, "I2": ("=SUM(C2:F2)", 99)}) == read(GOOD)


def test_right_total_may_be_typed() -> None:
    assert read({**GOOD, "I2": 6}) == read(GOOD)


WRONG_CELLS = [
    # code
    ("A2", None, "ожидались только цифры"),
    ("A2", "12а", "ожидались только цифры"),
    ("A2", "1 2", "ожидались только цифры"),
    ("A2", "٣٣٣٣٣", "ожидались только цифры"),
    ("A2", -12, "ожидались только цифры"),
    ("A2", 1.5, "ожидались только цифры"),
    ("A2", True, "ожидались только цифры"),
    ("A2", ("=NA()", "#N/A"), "ожидались только цифры"),
    ("A2", "1234567890123", "не больше 12 цифр"),
    ("A3", 12, "уже стоит в ячейке Протокол!A2"),
    ("A3", "013", "Цифр в коде: 3, а в первом коде формы: 5"),
    ("A3", 123456, "Цифр в коде: 6"),
    # variant
    ("B2", None, "номер варианта или «отсутствовал»"),
    ("B2", 0, "номер варианта или «отсутствовал»"),
    ("B2", -1, "номер варианта или «отсутствовал»"),
    ("B2", 1.5, "номер варианта или «отсутствовал»"),
    ("B2", "отсутствует", "номер варианта или «отсутствовал»"),
    ("B2", "вариант 1", "номер варианта или «отсутствовал»"),
    ("B2", False, "номер варианта или «отсутствовал»"),
    ("B2", 5, "нет в списке формы: 1, 2, 3, 4"),
    # points
    ("C2", None, "Критерий 1: ожидалось целое от 0 до 5 или X"),
    ("C2", 6, "от 0 до 5 или X"),
    ("C2", -1, "от 0 до 5 или X"),
    ("C2", 2.5, "от 0 до 5 или X"),
    ("C2", "2,5", "от 0 до 5 или X"),
    ("C2", "-", "от 0 до 5 или X"),
    ("C2", "н", "от 0 до 5 или X"),
    ("C2", "XX", "от 0 до 5 или X"),
    ("C2", "да", "от 0 до 5 или X"),
    ("C2", True, "от 0 до 5 или X"),
    ("C2", ("=1/0", "#DIV/0!"), "от 0 до 5 или X"),
    ("C2", "99999999999999999999", "от 0 до 5 или X"),
    ("D2", 2, "Критерий 9.1: ожидалось целое от 0 до 1 или X"),
    ("E2", 4, "Критерий 4К1: ожидалось целое от 0 до 3 или X"),
    ("F2", 3, "Критерий 4К2: ожидалось целое от 0 до 2 или X"),
    ("F3", 1, "Критерий 4К1 оценён в X: здесь допустимо только 0 или X"),
    # class serial, previous mark, total
    ("G2", None, "целое от 1 до 50"),
    ("G2", 0, "целое от 1 до 50"),
    ("G2", 51, "целое от 1 до 50"),
    ("G2", "8А", "целое от 1 до 50"),
    ("G2", 1.5, "целое от 1 до 50"),
    ("H2", 1, "5, 4, 3, 2 или «нет отметки»"),
    ("H2", 6, "5, 4, 3, 2 или «нет отметки»"),
    ("H2", "нет", "5, 4, 3, 2 или «нет отметки»"),
    ("H2", "5-", "5, 4, 3, 2 или «нет отметки»"),
    ("H2", 4.5, "5, 4, 3, 2 или «нет отметки»"),
    ("I2", 7, "ожидалось 6, сумма строки"),
    ("I2", "шесть", "ожидалось 6, сумма строки"),
]


@pytest.mark.parametrize(("at", "value", "words"), WRONG_CELLS)
def test_wrong_cell_is_named_with_its_expectation(at: str, value: object, words: str) -> None:
    found = problems({**GOOD, **SECOND, at: value})
    assert list(found) == [f"Протокол!{at}"]
    assert words in found[f"Протокол!{at}"]
    assert re.search("[а-я]", found[f"Протокол!{at}"])


def test_zero_of_the_base_forbids_points_of_the_dependent_one() -> None:
    assert "оценён в 0" in problems({**GOOD, "E2": 0})["Протокол!F2"]


@pytest.mark.parametrize("at", ["C2", "D2", "E2", "F2"])
def test_points_of_an_absent_participant_are_refused(at: str) -> None:
    found = problems({"A2": 12, "B2": "отсутствовал", "G2": 1, at: 0})
    assert "отсутствовал: ячейка должна быть пустой" in found[f"Протокол!{at}"]


def test_all_wrong_cells_are_told_at_once() -> None:
    found = problems({**GOOD, **SECOND, "C2": 9, "H3": 9, "A3": "?"})
    assert list(found) == ["Протокол!C2", "Протокол!A3", "Протокол!H3"]


WRONG_HEADERS = [
    ("A1", "ФИО", "Ожидался заголовок «Код участника»"),
    ("B1", "Варианты", "Ожидался заголовок «Вариант»"),
    ("C1", "1", "не заголовок критерия"),
    ("C1", "1 (0б)", "ожидалось целое от 1 до 100"),
    ("C1", "Задание 1 (5б)", "не заголовок критерия"),
    ("C1", None, "Ожидался заголовок критерия"),
    ("D1", "1 (1б)", "Критерий 1 уже есть в другом столбце"),
    ("G1", "Класс", "не заголовок критерия"),
    ("H1", "Отметка", "Ожидался заголовок «Отметка за предыдущий"),
    ("I1", "Сумма", "Ожидался заголовок «Итого баллов»"),
    ("M1", "4К3", "Среди столбцов формы нет критерия 4К3"),
    ("M1", "зависимость", "не обозначение критерия"),
    ("N1", None, "не обозначение критерия"),
    ("M1", "4К1", "только от одного другого критерия"),
    ("M5", 2, "допустимы только 0 и X"),
]


@pytest.mark.parametrize(("at", "value", "words"), WRONG_HEADERS)
def test_wrong_header_is_named(at: str, value: object, words: str) -> None:
    assert words in problems({**GOOD, at: value})[f"Протокол!{at}"]


def test_workbook_without_a_protocol_names_its_sheets() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        workbook.add_worksheet("Лист1")
    with pytest.raises(ExchangeError, match="есть листы: «Лист1»"):
        read_form(buffer.getvalue(), title=TITLE)


def test_form_without_a_list_of_variants_takes_any() -> None:
    data = federal_file({**GOOD, "B2": 70}, variants=())
    assert read_form(data, title=TITLE).rows[0].variant == 70


def with_source(data: bytes, source: str) -> bytes:
    return rewritten(data, "xl/worksheets/sheet2.xml", ">Варианты<", f">{source}<")


def rewritten(data: bytes, part: str, old: str, new: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(buffer, "w") as target:
        for name in given.namelist():
            content = given.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "source", ["Служебный!$D$1:$D$5", "'Служебный'!D1:D5", '"1,2"', "Нет!$A$1"]
)
def test_list_of_variants_is_found_by_its_area_or_by_its_words(source: str) -> None:
    data = with_source(federal_file({**GOOD, "B2": 9}), source)
    with pytest.raises(FileProblemsError, match="нет в списке формы: 1, 2, 3, 4"):
        read_form(data, title=TITLE)


def test_service_sheet_without_a_list_of_variants_restricts_nothing() -> None:
    data = with_source(federal_file({**GOOD, "B2": 9}), "Нет!$A$1")
    plain = rewritten(data, "xl/sharedStrings.xml", "<t>отсутствовал</t>", "<t>нет</t>")
    assert read_form(plain, title=TITLE).rows[0].variant == 9


@pytest.mark.parametrize(
    ("listed", "understood"),
    [([1, 2, 3], True), ([5, 4, 3, 2], False), ([0, 1, 2], False), (["X", 1, 2], False)],
)
def test_bare_first_column_is_a_list_of_variants_unless_it_looks_like_marks_or_points(
    listed: list[object], understood: bool
) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Протокол")
        sheet.write_row(0, 0, HEADERS)
        workbook.add_worksheet("Служебный").write_column(0, 0, listed)
    assert (open_form(buffer.getvalue()).variants is not None) is understood


def test_form_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(federal_read, "MOST_ROWS", 1)
    assert "больше 1 строк" in problems({**GOOD, **SECOND})["Протокол!A3"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("><v>77</v>", "><v>x</v>", "«x» не число"),
        ("><v>77</v>", "><v></v>", "Протокол!C2: пусто"),
        ("><v>77</v>", ' t="s"><v>999</v>', "нет строки № 999"),
    ],
)
def test_damaged_cell_is_refused(old: str, new: str, words: str) -> None:
    given = federal_file({**GOOD, "C2": 77})
    with pytest.raises(ExchangeError, match=words):
        read_form(rewritten(given, "xl/worksheets/sheet2.xml", old, new), title=TITLE)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('t="d"><v>2026-02-01T00:00:00</v>', "2026-02-01"),
        ('t="b"><v>0</v>', "ЛОЖЬ"),
        ('t="inlineStr"><is><r><t>д</t></r><r><t>ва</t></r></is>', "два"),
    ],
)
def test_cell_of_another_sort_is_shown_as_people_see_it(cell: str, shown: str) -> None:
    data = federal_file({**GOOD, "C2": 77})
    damaged = rewritten(data, "xl/worksheets/sheet2.xml", "><v>77</v>", " " + cell)
    with pytest.raises(FileProblemsError, match=f"Протокол!C2: «{shown}»"):
        read_form(damaged, title=TITLE)


@pytest.mark.parametrize(("number", "shown"), [(46054, "01.02.2026"), (-5, "-5.0")])
def test_points_that_became_a_date_are_shown_as_one(number: int, shown: str) -> None:
    data = rewritten(federal_file({**GOOD, "C2": number}), "xl/styles.xml", "0.##", "dd.mm.yyyy")
    with pytest.raises(FileProblemsError) as caught:
        read_form(data, title=TITLE)
    told = {one.place: one.value for one in caught.value.problems}
    assert told["Протокол!C2"] == shown


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (NAME, TITLE),
        (NAME.replace(".xlsx", " (1).XLSX"), TITLE),
        (NAME.replace("й", "и\u0306"), TITLE),
        (
            "Форма сбора результатов Русский язык 4 класс ВПР 2026.xlsx",
            FormTitle(subject="Русский язык", grade=4, year=2026),
        ),
    ],
)
def test_file_name_tells_subject_grade_and_year(name: str, title: FormTitle) -> None:
    assert title_of_name(name) == title


@pytest.mark.parametrize(
    "name",
    [
        "форма.xlsx",
        NAME.replace("8", "12"),
        NAME.replace("2026", "26"),
        NAME.replace("xlsx", "xls"),
    ],
)
def test_other_file_names_are_refused(name: str) -> None:
    with pytest.raises(ExchangeError, match="ожидалось «Форма сбора результатов"):
        title_of_name(name)


def test_title_gives_the_file_name_back() -> None:
    assert TITLE.file_name == NAME
    assert len(HEADERS) == 9
