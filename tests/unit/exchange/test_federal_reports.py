"""Reports that come back from the federal system, read leniently and refused clearly."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter

from app.exchange.federal_reports import read_individual, read_journal, read_marks
from app.exchange.problems import ExchangeError, FileProblemsError

HEADER = [
    *("ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"),
    *("1 (2б)", "4К1 (3б)", "12.2 (1б)", "Первичный балл", "Отметка", "Отметка по журналу"),
]
HEAD = [
    ["ВПР 2026 Русский язык 4 класс"],
    ["Предмет:", "Русский язык"],
    ["Максимальный первичный балл:", 6],
    ["Дата:", "21.04.2026"],
    [None, None, None, None, None, None, "Б", "Б", "П"],
]
ONE = ["edu123456", "Район", "Школа № 1", "00012", "4А", 2, 2, "Х", 1, 3, 3, 4]
AWAY = ["edu123456", "Район", "Школа № 1", "00013", "4А", "отсутствовал"]


def book(rows: Sequence[Sequence[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Отчёт")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def test_individual_results_are_read_with_their_head() -> None:
    found = read_individual(book([*HEAD, HEADER, ONE, AWAY, ["Всего", None, None, None, 2]]))
    assert (found.subject, found.grade, found.labels) == ("Русский язык", 4, ("1", "4К1", "12.2"))
    first, second = found.rows
    assert (first.school, first.code, first.total) == ("edu123456", "00012", 3)
    assert dict(first.points) == {"1": 2, "4К1": None, "12.2": 1}
    assert (first.mark, first.journal) == (3, 4)
    assert second.absent
    assert second.total is None


@pytest.mark.parametrize(
    ("place", "value", "cell"),
    [(3, "12а", "D7"), (0, "школа", "A7"), (6, "да", "G7"), (9, None, "J7"), (9, "3,5", "J7")],
)
def test_a_wrong_cell_of_individual_results_is_named(place: int, value: object, cell: str) -> None:
    wrong = list(ONE)
    wrong[place] = value
    with pytest.raises(FileProblemsError) as caught:
        read_individual(book([*HEAD, HEADER, wrong, AWAY]))
    assert [one.place for one in caught.value.problems] == [cell]


MARKS = [
    ["ВПР 2026. 4 класс"],
    ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5],
    ["Вся выборка", 35589, 1720000, 5.1, "30,2", 45.5, 19.2],
    ["Район", 12, 430, 4, 31, 46, "19%"],
]


def test_statistics_of_marks_are_read_by_group() -> None:
    whole, own = read_marks(book(MARKS))
    assert (whole.name, whole.participants) == ("Вся выборка", 1720000)
    assert dict(whole.percent) == {2: 5.1, 3: 30.2, 4: 45.5, 5: 19.2}
    assert own.percent[5] == 19


JOURNAL = [
    ["Сравнение отметок с отметками по журналу"],
    ["Группы участников", "Кол-во участников", "%"],
    ["Район"],
    ["Понизили (Отметка < Отметка по журналу)", 43, 10],
    ["Подтвердили (Отметка = Отметке по журналу)", 344, 80],
    ["Повысили (Отметка > Отметка по журналу)", 43, "10,0"],
    ["Всего", 430, 100],
]


def test_comparison_with_the_journal_is_read_by_group() -> None:
    (found,) = read_journal(book(JOURNAL))
    assert found.name == "Район"
    assert dict(found.number) == {"lowered": 43, "confirmed": 344, "raised": 43}
    assert found.percent["confirmed"] == 80


@pytest.mark.parametrize("read", [read_individual, read_marks, read_journal])
def test_another_table_is_refused_by_the_name_of_the_report(read: object) -> None:
    with pytest.raises(ExchangeError, match="Это не отчёт «"):
        read(book([["Школа", "Баллы"], ["Школа № 1", 5]]))  # type: ignore[operator]


def test_percent_out_of_bounds_is_named_with_its_cell() -> None:
    rows = [list(row) for row in MARKS]
    rows[3][4] = 131
    with pytest.raises(ExchangeError) as caught:
        read_marks(book(rows))
    assert "E4" in str(caught.value.params["first"])
