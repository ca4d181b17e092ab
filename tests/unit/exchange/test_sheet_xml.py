"""Cells found and replaced in a sheet's XML, whatever its writer's habits."""

import pytest

from app.exchange import sheet_scan
from app.exchange.cell_patch import NewCell, patch_sheet
from app.exchange.cells import address, column_letters, parse_address
from app.exchange.package import PackageError
from app.exchange.sheet_scan import scan_sheet

SHEET = '<worksheet xmlns="m"><dimension ref="A1:B2"/><sheetData>{}</sheetData></worksheet>'


def patched(inside: str, changes: dict[str, NewCell]) -> str:
    data = SHEET.format(inside).encode()
    placed = {parse_address(at): new for at, new in changes.items()}
    text = patch_sheet(data, scan_sheet(data), placed).decode()
    return text.partition("<sheetData>")[2].partition("</sheetData>")[0]


@pytest.mark.parametrize(("text", "place"), [("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27))])
def test_address_is_read_and_written(text: str, place: tuple[int, int]) -> None:
    assert parse_address(text) == place
    assert address(*place) == text


def test_column_after_zz_is_aaa() -> None:
    assert column_letters(703) == "AAA"


def test_cells_without_addresses_follow_one_another() -> None:
    scan = scan_sheet(SHEET.format("<row><c><v>1</v></c><c/></row><row><c/></row>").encode())
    assert sorted(scan.cells) == [(1, 1), (1, 2), (2, 1)]


def test_replaced_cell_keeps_its_style_and_its_neighbours() -> None:
    inside = '<row r="1"><c r="A1" s="3" t="s"><v>0</v></c><c r="C1"/></row>'
    assert patched(inside, {"A1": NewCell(value=5)}) == (
        '<row r="1"><c r="A1" s="3"><v>5</v></c><c r="C1"/></row>'
    )


def test_new_cells_stand_in_order() -> None:
    inside = '<row r="1"><c r="B1"/><c r="D1"/></row>'
    new = {at: NewCell(value=1) for at in ("E1", "A1", "C1")}
    places = [part[:2] for part in patched(inside, new).split('r="')[2:]]
    assert places == ["A1", "B1", "C1", "D1", "E1"]


def test_empty_elements_are_opened() -> None:
    assert patched('<row r="2" ht="9"/><row r="3"/>', {"A2": NewCell(value=1)}) == (
        '<row r="2" ht="9"><c r="A2"><v>1</v></c></row><row r="3"/>'
    )
    data = b'<worksheet><sheetData/><x a=">"/></worksheet>'
    changes = {(1, 1): NewCell(value=1), (2, 1): NewCell(value=2)}
    assert patch_sheet(data, scan_sheet(data), changes) == (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="2"><c r="A2"><v>2</v></c></row></sheetData><x a=">"/></worksheet>'
    )


def test_new_row_stands_between_its_neighbours() -> None:
    new = {"A2": NewCell(value=2), "A4": NewCell(value=4)}
    assert patched('<row r="1"/><row r="3"/>', new) == (
        '<row r="1"/><row r="2"><c r="A2"><v>2</v></c></row><row r="3"/>'
        '<row r="4"><c r="A4"><v>4</v></c></row>'
    )


def test_text_is_escaped_and_formulas_are_kept_as_they_were() -> None:
    inside = '<row r="1"><c r="A1"><f t="shared" si="0">A2&lt;1</f><v>7</v></c></row>'
    assert patched(inside, {"B1": NewCell(value="<&>\x01")}).endswith(
        '<c r="B1" t="inlineStr"><is><t xml:space="preserve">&lt;&amp;&gt;</t></is></c></row>'
    )
    assert '<f t="shared" si="0">A2&lt;1</f><v>9</v>' in patched(
        inside, {"A1": NewCell(value=9, keep_formula=True)}
    )
    assert "<f>A2</f><v>да</v>" in patched(inside, {"A1": NewCell(value="да", formula="A2")})


def test_emptied_cell_keeps_its_style_and_a_missing_one_stays_missing() -> None:
    inside = '<row r="1"><c r="A1" s="2"><v>1</v></c></row>'
    new = {"A1": NewCell(value=None), "B1": NewCell(value=None)}
    assert patched(inside, new) == '<row r="1"><c r="A1" s="2"/></row>'


def test_prefixed_elements_stay_prefixed() -> None:
    data = b'<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"/></x:sheetData></x:worksheet>'
    new = {(1, 1): NewCell(value="а"), (2, 1): NewCell(value=1)}
    text = patch_sheet(data, scan_sheet(data), new).decode()
    assert '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t xml' in text
    assert '<x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row></x:sheetData>' in text


def test_stated_area_grows_with_the_cells() -> None:
    data = SHEET.format("").encode()
    text = patch_sheet(data, scan_sheet(data), {(9, 4): NewCell(value=1)})
    assert b'<dimension ref="A1:D9"/>' in text


def test_lists_of_both_kinds_are_found() -> None:
    data = (
        "<worksheet><sheetData/>"
        '<dataValidation type="list" sqref="B2:B9"><formula1>Имя</formula1></dataValidation>'
        '<x14:dataValidation xmlns:x14="e" xmlns:xm="f" type="list"><x14:formula1>'
        "<xm:f>Служебный!$A$1</xm:f></x14:formula1><xm:sqref>C2</xm:sqref></x14:dataValidation>"
        '<dataValidation type="whole" sqref="D2"><formula1>1</formula1></dataValidation>'
        "</worksheet>"
    ).encode()
    found = [(rule.areas, rule.source) for rule in scan_sheet(data).lists]
    assert found == [("B2:B9", "Имя"), ("C2", "Служебный!$A$1")]


def test_anchors_of_controls_are_no_rows() -> None:
    data = (
        b'<worksheet><sheetData><row r="1"/></sheetData><controls xmlns:xdr="d"><from>'
        b"<xdr:col>1</xdr:col><xdr:row>2</xdr:row></from></controls></worksheet>"
    )
    scan = scan_sheet(data)
    assert list(scan.rows) == [1]
    assert scan.column_styles == ()


def test_column_formats_are_found() -> None:
    data = b'<worksheet><cols><col min="1" max="3" style="7"/></cols><sheetData/></worksheet>'
    assert scan_sheet(data).column_styles == ((1, 3, 7),)


def test_stray_values_and_nested_cells_harm_nobody() -> None:
    inside = '<row r="1"><v>5</v><f>6</f><c r="A1"><c r="B1"/></c></row>'
    assert list(scan_sheet(SHEET.format(inside).encode()).cells) == [(1, 2)]
    stray = b"<worksheet><sheetData/><sqref>A1</sqref><formula1>1</formula1></worksheet>"
    assert scan_sheet(stray).lists == ()


def test_sheet_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_scan, "MOST_CELLS", 1)
    with pytest.raises(PackageError, match="больше 1 ячеек"):
        scan_sheet(SHEET.format('<row r="1"><c/><c/></row>').encode())


@pytest.mark.parametrize(
    "data",
    [
        b"<worksheet><sheetData>",
        b"<worksheet/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>',
        b'<worksheet><sheetData><row r="x"/></sheetData></worksheet>',
        b'<worksheet><sheetData><row><c r="?"/></row></sheetData></worksheet>',
    ],
)
def test_damaged_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(PackageError):
        scan_sheet(data)
