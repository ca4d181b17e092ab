"""The gate for workbooks from outside."""

import io
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from app.exchange import package
from app.exchange.book import Book
from app.exchange.package import PackageError, open_package
from tests.unit.exchange.federal import federal_file


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def test_parts_are_given_in_the_order_of_the_file() -> None:
    assert next(iter(open_package(federal_file()))) == "[Content_Types].xml"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "повреждён"),
        (b"code;points", "повреждён"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "закрыт паролем"),
        (federal_file()[:2000], "повреждён"),
        (archive({"a.txt": b""}), "нет книги"),
        (archive({"xl/workbook.xml": b"<!DOCTYPE a><a/>"}), "недопустимый XML"),
        (archive({"xl/workbook.xml": "<a/>".encode("utf-16")}), "недопустимый XML"),
        (
            archive({"xl/workbook.xml": b"<?xml version='1.0' encoding='cp1251'?><a/>"}),
            "недопустимый XML",
        ),
    ],
)
def test_harmful_or_damaged_file_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(PackageError, match=words):
        open_package(data)


def test_damaged_bytes_end_in_a_refusal_or_in_the_same_parts() -> None:
    rng = np.random.default_rng(6)
    good = federal_file()
    for _ in range(300):
        data = bytearray(good)
        at = int(rng.integers(0, len(data)))
        data[at : at + int(rng.integers(1, 9))] = rng.bytes(int(rng.integers(0, 9)))
        with suppress(PackageError):
            open_package(bytes(data))


def test_bomb_is_refused_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(PackageError, match="распаковывается"):
        open_package(archive({"xl/workbook.xml": b" " * 1_000_001}))


def test_tags_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_TAGS", 10)
    with pytest.raises(PackageError, match="больше 10 тегов"):
        open_package(archive({"xl/workbook.xml": b"<a>" + b"<b/>" * 10 + b"</a>"}))


RELATIONS = (
    b'<r><r Id="x" Type="/worksheet" Target="%s"/></r>',
    b'<w xmlns:r="r"><sheet name="a" r:id="x"/></w>',
)


def book_of(sheet: bytes, *, name: str = "s.xml", styles: bytes = b"<s/>") -> Book:
    return Book(
        archive(
            {
                "xl/_rels/workbook.xml.rels": RELATIONS[0] % name.encode(),
                "xl/workbook.xml": RELATIONS[1],
                "xl/styles.xml": styles,
                "xl/sharedStrings.xml": b"<s><si><t>a</t></si></s>",
                f"xl/{name}": sheet,
            }
        )
    )


SHEET = b"<w><sheetData><row%s><c%s><v>%s</v></c></row></sheetData></w>"


def test_a_sheet_under_a_name_that_the_gate_did_not_look_at_is_none() -> None:
    assert book_of(SHEET % (b"", b"", b"1"), name="s.bin").sheets == {}


@pytest.mark.parametrize(
    ("row", "cell", "value"),
    [
        (b' r="%s"' % (b"9" * 5000), b"", b"1"),
        (b"", b' s="%s"' % (b"9" * 5000), b"1"),
        (b"", b' t="s"', b"9" * 5000),
    ],
)
def test_numbers_of_absurd_length_are_a_refusal(row: bytes, cell: bytes, value: bytes) -> None:
    with pytest.raises(PackageError, match="повреждён"):
        book_of(SHEET % (row, cell, value)).sheets["a"].value(1, 1)


def test_a_tag_of_a_megabyte_is_read_without_remembering_every_byte() -> None:
    tracemalloc.start()
    book_of(SHEET % (b" " * 1_000_000, b"", b"1")).sheets["a"].value(1, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_format_of_a_megabyte_of_zeros_does_not_lengthen_the_value() -> None:
    styles = (
        b'<s><numFmt numFmtId="200" formatCode="%s"/><cellXfs><xf numFmtId="200"/></cellXfs></s>'
    )
    book = book_of(SHEET % (b"", b"", b"1"), styles=styles % (b"0" * 1_000_000))
    assert len(book.sheets["a"].value(1, 1).text) < 100


def test_too_many_parts_and_too_large_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_PARTS", 1)
    with pytest.raises(PackageError, match="больше 1 частей"):
        open_package(archive({"a": b"", "b": b""}))
    monkeypatch.setattr(package, "LARGEST_FILE", 10)
    with pytest.raises(PackageError, match="Файл больше"):
        open_package(b" " * 11)


def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("xl/workbook.xml", b"<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            target.writestr("xl/workbook.xml", b"<b/>")
    with pytest.raises(PackageError, match="с одним именем"):
        open_package(buffer.getvalue())


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"xl/workbook.xml": b"<a>"}, "workbook.xml повреждена"),
        ({"xl/workbook.xml": b"<a/>"}, "нет части xl/_rels/workbook.xml.rels"),
    ],
)
def test_book_with_damaged_parts_is_refused(parts: dict[str, bytes], words: str) -> None:
    with pytest.raises(PackageError, match=words):
        _ = Book(archive(parts)).sheets


def test_book_without_styles_and_shared_strings_is_read() -> None:
    relation = (
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/s.xml"/>'
        '<Relationship Id="r2" Type="x/chartsheet" Target="c.xml"/></Relationships>'
    )
    sheets = (
        '<workbook><sheets><sheet name="А" id="r1"/><sheet name="Б" id="r2"/></sheets></workbook>'
    )
    row = '<row><c s="3"><v>5</v></c><c t="s"><v>0</v></c></row>'
    sheet = f"<worksheet><sheetData>{row}</sheetData></worksheet>"
    book = Book(
        archive(
            {
                "xl/workbook.xml": sheets.encode(),
                "xl/_rels/workbook.xml.rels": relation.encode(),
                "xl/s.xml": sheet.encode(),
            }
        )
    )
    assert list(book.sheets) == ["А"]
    assert book.sheets["А"].value(1, 1).whole == 5
    with pytest.raises(PackageError, match="нет строки № 0"):
        book.sheets["А"].value(1, 2)
