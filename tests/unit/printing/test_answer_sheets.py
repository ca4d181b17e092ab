"""Printed overlays: read back from the paper, and never in sight of an expert."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2
import pytest

from app.errors import Refusal
from app.printing.answer_sheets import QUIET_MM, Sheets, answer_sheets, qr_places
from app.web.exams.layouts import STANDARD_LAYOUT
from scanning import (
    CodeSource,
    IssuedCodes,
    PageKind,
    PageTemplate,
    RawPage,
    Rect,
    VisibleArea,
    anonymise,
    identify,
    read_page,
)

CODES = ("40001", "40002", "40003")
FORM = PageTemplate.from_layout(STANDARD_LAYOUT)
SMALL = replace(
    FORM,
    page_mm=(148.0, 210.0),
    code_box=replace(FORM.code_box, x=50.0, y=14.0),
    name_field=Rect(x=12, y=34, w=90, h=8),
    sticker=None,
    areas=(VisibleArea(rect=Rect(x=10, y=50, w=128, h=150), task="1"),),
)


def printed(template: PageTemplate, *, backs: bool = False, pages: int = 2) -> bytes:
    return answer_sheets(
        Sheets(codes=CODES, template=template, pages=pages, title="Листы", blank_backs=backs)
    )


def scanned(pdf: bytes, dpi: int = 150) -> list[RawPage]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pictures = [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
    document.close()
    return [
        RawPage(source="sheets.pdf", index=index, pixels=_grey(found), dpi=dpi)
        for index, found in enumerate(pictures)
    ]


def _grey(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[..., 0] if picture.ndim == 3 else picture)


@pytest.mark.parametrize("template", [FORM, SMALL], ids=["A4", "A5"])
def test_every_printed_sheet_is_named_by_its_barcode_with_its_page(template: PageTemplate) -> None:
    readings = [read_page(raw, [template]) for raw in scanned(printed(template))]
    verdicts = identify(readings, IssuedCodes.of(CODES), pages_expected=2)
    assert [(verdict.code, verdict.page) for verdict in verdicts] == [
        (code, page) for code in CODES for page in (1, 2)
    ]
    assert {verdict.source for verdict in verdicts} == {CodeSource.BARCODE}
    assert all(reading.placement is not None for reading in readings)


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize("template", [FORM, SMALL], ids=["A4", "A5"])
def test_one_of_the_two_barcodes_is_enough(template: PageTemplate, lost: int) -> None:
    [raw, *_] = scanned(printed(template, pages=1), dpi=200)
    scale, spoilt = 200 / 25.4, raw.pixels.copy()
    place = qr_places(template)[lost]
    left, top = round(place.x * scale), round(place.y * scale)
    cv2.rectangle(spoilt, (left, top), (left + 100, top + 126), 0, cv2.FILLED)
    reading = read_page(replace(raw, pixels=spoilt), [template])
    assert [code.text for code in reading.barcodes] == ["40001-1"]


def test_blank_backs_are_dropped_as_blank() -> None:
    readings = [read_page(raw, [FORM]) for raw in scanned(printed(FORM, backs=True, pages=1))]
    verdicts = identify(readings, IssuedCodes.of(CODES), pages_expected=1)
    assert [verdict.kind for verdict in verdicts] == [PageKind.SCRIPT, PageKind.BLANK] * 3


@pytest.mark.parametrize("template", [FORM, SMALL], ids=["A4", "A5"])
def test_no_barcode_stands_where_an_expert_looks(template: PageTemplate) -> None:
    places = qr_places(template)
    assert len(places) == 2
    for place in places:
        assert min(place.w, place.h) >= 16
        assert not any(place.grown(QUIET_MM).overlaps(area.rect) for area in template.areas)
    [raw, *_] = scanned(printed(template, pages=1))
    shown = anonymise(raw, read_page(raw, [template]), template, page=1).page
    picture = cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.min() > 200, "something of the overlay is left in sight"


def test_a_form_without_a_free_corner_is_refused_with_what_to_do() -> None:
    whole = (VisibleArea(rect=Rect(x=0, y=0, w=210, h=297)),)
    with pytest.raises(Refusal, match="нет места для QR"):
        printed(replace(FORM, sticker=None, areas=whole))


def test_a_place_for_one_barcode_alone_is_used() -> None:
    below = (
        VisibleArea(rect=Rect(x=45, y=0, w=165, h=297)),
        VisibleArea(rect=Rect(x=0, y=46, w=210, h=251)),
    )
    assert len(qr_places(replace(FORM, areas=below))) == 1
