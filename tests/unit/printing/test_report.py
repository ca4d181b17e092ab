"""Reports as PDF: words of a table stay whole, a short table stands with what it is about."""

import pypdfium2

from app.printing.report import Report, Section, print_report

HEADER = ("Школа", "Под наблюдением", "Нарушений", "Перепроверок", "Список", "Ниже", "Выше")


def pages(*sections: Section) -> list[str]:
    report = Report(name="Отчёт", facts=(), lead=(), sections=sections)
    found = pypdfium2.PdfDocument(print_report(report))
    return [page.get_textpage().get_text_range() for page in found]


def test_no_word_of_a_narrow_table_is_broken() -> None:
    row = ("Школа № 1", 0, 0, 0, "нет", 33.3, 37.5)
    text = pages(Section(heading="Школы", told=(), header=HEADER, rows=(row,)))[0]
    assert set(HEADER[2:]) <= set(text.split())
    assert "наблюдением" in text.split()


def test_a_short_table_is_not_parted_from_its_heading() -> None:
    rows = tuple((f"строка {at}", at) for at in range(11))
    long = Section(heading="Первое", told=("слово",) * 30, header=("Что", "Сколько"), rows=rows)
    second = Section(heading="Второе", told=(), header=("Что", "Сколько"), rows=rows)
    page = next(one for one in pages(long, second) if "Второе" in one)
    assert "строка 10" in page.partition("Второе")[2]


def test_a_long_table_goes_over_pages() -> None:
    rows = tuple((f"строка {at}", at) for at in range(90))
    found = pages(Section(heading="Всё", told=(), header=("Что", "Сколько"), rows=rows))
    assert len(found) > 1
    assert sum(one.count("строка") for one in found) == len(rows)
