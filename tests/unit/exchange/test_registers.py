"""Registers from XLSX or CSV: records, and errors by row and column."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from app.exchange import tables
from app.exchange.columns import ClassName
from app.exchange.problems import ExchangeError
from app.exchange.register_files import register_template, wrong_rows_report
from app.exchange.register_read import Imported, read_register
from app.exchange.registers import (
    CLASSES,
    CODES,
    CONFLICTS,
    EXPERTS,
    REGISTERS,
    SCHOOLS,
    ClassRecord,
    CodeRecord,
    ConflictRecord,
    ExpertRecord,
    Register,
    SchoolRecord,
    SubjectSince,
)
from app.models.experts import ConflictCategory, ConflictLevel


def xlsx(*rows: list[object], sheet: str = "Лист1") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "dd.mm.yyyy"}) as workbook:
        zeros = workbook.add_format({"num_format": "00000"})
        made = workbook.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                style = zeros if isinstance(value, int) and at and column == 2 else None
                made.write(at, column, value, style)
    return buffer.getvalue()


def csv(text: str) -> bytes:
    return text.encode("utf-8-sig")


def read(register: Register[object], text: str) -> Imported[object]:
    return read_register(csv(text), register)


def errors(register: Register[object], text: str) -> list[str]:
    return [str(error) for error in read(register, text).errors]


def test_schools_are_read() -> None:
    found = read(
        SCHOOLS, "Логин ОО;Название ОО;Участвует\nEDU000001;Школа  № 1;нет\nedu2;Вторая;\n"
    )
    assert found.errors == ()
    assert found.records == (
        SchoolRecord(login="edu000001", name="Школа № 1", participating=False),
        SchoolRecord(login="edu2", name="Вторая", participating=True),
    )


def test_classes_are_read() -> None:
    found = read(CLASSES, "Логин ОО,Класс,Порядковый номер класса\nedu000001,4 «а»,2\n")
    assert found.records == (
        ClassRecord(school="edu000001", class_name=ClassName(grade=4, letter="А"), serial=2),
    )


def test_experts_are_read_with_dates_schools_and_classes() -> None:
    found = read(
        EXPERTS,
        "Логин эксперта\tФИО эксперта\tЛогин ОО\tДругие ОО\tПредметы\tКлассы\tСколько работ\n"
        "teacher1\tУчитель Первый\tedu1\tedu2; edu3\t"
        "Русский язык: 01.09.2015; Математика: 2020-09-01\t4А; edu2/4В\t30\n",
    )
    assert found.errors == ()
    assert found.records == (
        ExpertRecord(
            login="teacher1",
            name="Учитель Первый",
            school="edu1",
            other_schools=("edu2", "edu3"),
            subjects=(
                SubjectSince(subject="Русский язык", since_on=date(2015, 9, 1)),
                SubjectSince(subject="Математика", since_on=date(2020, 9, 1)),
            ),
            classes=(
                ClassName(grade=4, letter="А"),
                ClassName(grade=4, letter="В", school="edu2"),
            ),
            capacity=30,
        ),
    )
    assert found.records[0].classes[0].shown == "4А"


def test_conflicts_are_read_at_all_three_levels() -> None:
    found = read(
        CONFLICTS,
        "Логин эксперта;Уровень;С кем;Причина\n"
        "t1;школа;edu1;прежнее место работы\nt1;Класс;edu1/4А;спор\n"
        "t1;код;edu1/00012;Родственник\n",
    )
    assert found.errors == ()
    assert [(one.level, one.ref) for one in found.records] == [
        (ConflictLevel.SCHOOL, "edu1"),
        (ConflictLevel.CLASS, "edu1/4А"),
        (ConflictLevel.CODE, "edu1/00012"),
    ]
    assert found.records[1] == ConflictRecord(
        expert="t1",
        level=ConflictLevel.CLASS,
        ref="edu1/4А",
        category=ConflictCategory.DISPUTE,
    )


def test_codes_keep_their_zeros_from_a_number_format() -> None:
    data = xlsx(["Логин ОО", "Класс", "Код участника"], ["edu1", "4А", 12], ["edu1", "4А", "00013"])
    assert read_register(data, CODES).records == (
        CodeRecord(school="edu1", class_name=ClassName(grade=4, letter="А"), code="00012"),
        CodeRecord(school="edu1", class_name=ClassName(grade=4, letter="А"), code="00013"),
    )


def test_sheet_of_the_registers_name_is_preferred() -> None:
    data = xlsx(["Логин ОО*", "Название ОО*"], ["edu1", "Первая"], sheet="Школы")
    assert len(read_register(data, SCHOOLS).records) == 1


def test_columns_come_in_any_order_and_cp1251_is_read() -> None:
    data = "Название оо;ЛОГИН ОО\nПервая;edu1\n".encode("cp1251")
    assert read_register(data, SCHOOLS).records[0].name == "Первая"


def test_wrong_cells_are_named_by_row_letter_and_header() -> None:
    found = read(CODES, "Логин ОО;Класс;Код участника\nedu1;4А;00012\nшкола;13А;1а\n")
    assert len(found.records) == 1
    assert [(e.row, e.letter, e.column, e.value) for e in found.errors] == [
        (3, "A", "Логин ОО", "школа"),
        (3, "B", "Класс", "13А"),
        (3, "C", "Код участника", "1а"),
    ]
    assert "строка 3, столбец C «Код участника»: «1а». Ожидался код" in str(found.errors[2])
    assert found.errors[2].expectation == "Ожидался код: только цифры, не больше 12"


@pytest.mark.parametrize(
    ("register", "text", "words"),
    [
        (SCHOOLS, "Логин ОО;Название ОО\nedu1;" + "x" * 201, "не больше 200 знаков"),
        (SCHOOLS, "Логин ОО;Название ОО\nedu1;", "Ячейка пуста. Краткое название школы"),
        (SCHOOLS, "Логин ОО;Название ОО;Участвует\nedu1;Первая;может", "одно из: да, нет"),
        (SCHOOLS, "Логин ОО;Название ОО\nedu1;Первая\nEDU1;Вторая", "уже стоит в строке 2"),
        (CLASSES, "Логин ОО;Класс;Порядковый номер класса\nedu1;4А;51", "целое от 1 до 50"),
        (CLASSES, "Логин ОО;Класс;Порядковый номер класса\nedu1;edu2/4А;1", "класс без школы"),
        (CLASSES, "Логин ОО;Класс;Порядковый номер класса\nedu1;А4;1", "Ожидался класс"),
        (CONFLICTS, "Логин эксперта;Уровень;С кем;Причина\nt1;класс;edu1;спор", "логин/класс"),
        (CONFLICTS, "Логин эксперта;Уровень;С кем;Причина\nt1;школа;edu1/4А;спор", "логин/класс"),
        (CONFLICTS, "Логин эксперта;Уровень;С кем;Причина\nt1;код;edu1/Петя;спор", "только цифры"),
        (CONFLICTS, "Логин эксперта;Уровень;С кем;Причина\nt1;школа;edu1;мать", "родственник"),
        (CONFLICTS, "Логин эксперта;Уровень;С кем;Причина\nя;школа;edu1;спор", "логин: латинские"),
    ],
)
def test_wrong_row_tells_the_expectation(register: Register[object], text: str, words: str) -> None:
    (found,) = errors(register, text)
    assert words in found


EXPERT = "Логин эксперта;ФИО эксперта;Логин ОО;Предметы;Сколько работ\nt1;Учитель;edu1;{};{}\n"


@pytest.mark.parametrize(
    ("subjects", "capacity", "words"),
    [
        ("Русский язык", "30", "«предмет: дата»"),
        (": 01.09.2015", "30", "«предмет: дата»"),
        ("Русский язык: 31.02.2015", "30", "дата ДД.ММ.ГГГГ"),
        ("Русский язык: 2015", "30", "дата ДД.ММ.ГГГГ"),
        ('"Химия: 01.09.2015; химия: 01.09.2016"', "30", "Один предмет указан дважды"),
        ('"Химия: 01.09.2015; Химия: 01.09.2015"', "30", "Одно значение указано дважды"),
        ("Химия: 01.09.2015", "-1", "от 0 до 1000"),
        ("Химия: 01.09.2015", "9" * 5000, "от 0 до 1000"),
        ("Химия: 01.09.2015", "много", "от 0 до 1000"),
    ],
)
def test_wrong_expert_tells_the_expectation(subjects: str, capacity: str, words: str) -> None:
    (found,) = errors(EXPERTS, EXPERT.format(subjects, capacity))
    assert words in found


@pytest.mark.parametrize(
    "header", ["ФИО ученика", "Фамилия", "Имя участника", "Обучающийся", "Дата рождения", "Пол"]
)
def test_columns_about_pupils_are_refused(header: str) -> None:
    found = read(CODES, f"Логин ОО;Класс;Код участника;{header}\nedu1;4А;00012;?\n")
    assert found.records == ()
    assert "личных данных учеников здесь быть не может" in str(found.errors[0])
    assert found.errors[0].letter == "D"


def test_unknown_repeated_and_missing_columns_are_told() -> None:
    found = errors(CODES, "Логин ОО;Логин ОО;Цвет\n")
    assert "Столбец указан дважды" in found[0]
    assert "Неизвестный столбец; ожидались: Логин ОО, Класс, Код участника" in found[1]
    assert "Нет столбцов: Класс, Код участника" in found[2]


@pytest.mark.parametrize("data", [b"", b"\n\n", b";;\n"])
def test_empty_table_is_told(data: bytes) -> None:
    (found,) = read_register(data, SCHOOLS).errors
    assert "Таблица пуста" in str(found)


def test_dates_of_a_spreadsheet_are_shown_as_people_write_them() -> None:
    data = xlsx(["Логин ОО", "Название ОО"], ["edu1", date(2015, 9, 1)])
    assert read_register(data, SCHOOLS).records[0].name == "01.09.2015"


@pytest.mark.parametrize("data", [b"\x00\x01", b"\x98\xff", b"PK\x03\x04?", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        read_register(data, SCHOOLS)


def test_huge_tables_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(ExchangeError, match="больше 2 строк"):
        read(SCHOOLS, "a\nb\nc\n")
    monkeypatch.setattr(tables, "LARGEST_FILE", 3)
    with pytest.raises(ExchangeError, match="Файл больше"):
        read(SCHOOLS, "abcd")


def test_overlong_field_of_csv_is_refused() -> None:
    with pytest.raises(ExchangeError, match="CSV"):
        read(SCHOOLS, "a" * 200_000)


@pytest.mark.parametrize("key", REGISTERS)
def test_template_is_an_empty_register_with_right_headers(key: str) -> None:
    register = REGISTERS[key]
    data = register_template(register)
    assert read_register(data, register) == Imported(
        records=(),
        rows=(),
        errors=(),
        header=tuple(c.header + ("*" if c.required else "") for c in register.columns),
        wrong_rows=(),
    )
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert all(cell.comment is not None for cell in sheet[1])


@pytest.mark.parametrize("key", REGISTERS)
def test_example_of_every_template_is_a_right_row(key: str) -> None:
    register = REGISTERS[key]
    header = [column.header for column in register.columns]
    data = xlsx(header, [column.example for column in register.columns])
    found = read_register(data, register)
    assert (found.errors, len(found.records)) == ((), 1)


def test_template_offers_lists_and_keeps_codes_as_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(register_template(CONFLICTS))).worksheets[0]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert lists[0] == '"школа,класс,код"'
    assert sheet.column_dimensions["C"].width


def test_report_of_wrong_rows_can_be_corrected_and_loaded_again() -> None:
    found = read(CODES, "Логин ОО;Класс;Код участника\nedu1;4А;00012\nedu1;4А;=1+1\n")
    data = wrong_rows_report(CODES, found)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == [
        *("edu1", "4А", "=1+1", 3),
        "Код участника: Ожидался код: только цифры, не больше 12",
    ]
    assert sheet["C2"].data_type == "s"
    sheet["C2"] = "00013"
    buffer = io.BytesIO()
    book.save(buffer)
    again = read_register(buffer.getvalue(), CODES)
    assert [record.code for record in again.records] == ["00013"]


def test_report_of_a_wrong_header_names_it() -> None:
    found = read(CODES, "Логин ОО;Класс;ФИО\n")
    sheet = openpyxl.load_workbook(io.BytesIO(wrong_rows_report(CODES, found))).worksheets[0]
    assert "удалите столбец" in sheet["E2"].value


def test_book_without_worksheets_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        target.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(ExchangeError, match="ни одного листа"):
        read_register(buffer.getvalue(), SCHOOLS)


def test_a_file_without_a_column_that_need_not_be_there_says_nothing_of_it() -> None:
    found = read(
        EXPERTS,
        "Логин эксперта;ФИО эксперта;Логин ОО;Предметы;Классы;Сколько работ\n"
        "t1;Учитель Первый;edu1;Русский язык: 01.09.2015;;30\n",
    )
    [record] = found.records
    assert (record.other_schools, record.classes) == (None, ())
    [school] = read(SCHOOLS, "Логин ОО;Название ОО\nedu1;Первая\n").records
    assert school.participating is None


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_date_is_the_day_that_its_program_shows(since_1904: bool) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": since_1904}) as workbook:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        workbook.add_worksheet().write_datetime(0, 0, datetime(2015, 9, 1), day)  # noqa: DTZ001
    [row] = tables.read_table(buffer.getvalue(), sheet_name="")
    assert row.cells == ("01.09.2015",)
