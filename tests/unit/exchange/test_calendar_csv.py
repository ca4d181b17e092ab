"""Overrides of the production calendar from CSV."""

from datetime import date

import pytest

from app.exchange.calendar_csv import LARGEST_BYTES, read_overrides
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import DayKind


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-05,day_off\n2026-05-16,working\n2026-05-18,decree\n",
        "дата;вид;примечание\n05.05.2026;выходной;регион\n16.05.2026;рабочий;\n18.05.2026;указ;\n",
        "kind\tnote\tdate\r\nholiday\t\t2026-05-05\r\nshort\t\t2026-05-16\r\ndecree\t\t2026-05-18",
    ],
)
def test_days_are_read_with_or_without_a_header(text: str) -> None:
    assert read_overrides(b"\xef\xbb\xbf" + text.encode()) == {
        date(2026, 5, 5): DayKind.DAY_OFF,
        date(2026, 5, 16): DayKind.WORKING,
        date(2026, 5, 18): DayKind.DECREE,
    }


def test_empty_file_and_blank_rows_override_nothing() -> None:
    assert read_overrides(b"") == {}
    assert read_overrides(b"date,kind\n,\n\n") == {}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2026-02-30,working", "строка 1, столбец 1: «2026-02-30». Ожидалась дата"),
        ("2026-02-20,maybe", "строка 1, столбец 2: «maybe». Ожидалось working"),
        ("2026-02-20", "строка 1, столбец 2: пусто. Ожидалось working"),
        ("2026-02-20,off\n2026-02-20,working", "строка 2: «2026-02-20». День указан дважды"),
    ],
)
def test_wrong_row_is_named_with_its_place(row: str, words: str) -> None:
    with pytest.raises(FileProblemsError) as caught:
        read_overrides(row.encode())
    (found,) = caught.value.problems
    assert words in str(found)


def test_all_wrong_rows_are_told_at_once() -> None:
    with pytest.raises(FileProblemsError, match="мест: 2") as caught:
        read_overrides(b"x,off\n2026-01-01,y\n")
    assert len(caught.value.problems) == 2


def test_other_encodings_and_huge_files_are_refused() -> None:
    with pytest.raises(ExchangeError, match="UTF-8"):
        read_overrides("дата".encode("cp1251"))
    with pytest.raises(ExchangeError, match="больше"):
        read_overrides(b"x" * (LARGEST_BYTES + 1))
