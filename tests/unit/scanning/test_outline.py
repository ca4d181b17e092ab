"""A guess for the bar of progress."""

from __future__ import annotations

from scanning import likely_pages
from scanning.practice import PracticeSpec, make_practice_set


def test_a_scanned_pdf_names_its_pages() -> None:
    practice = make_practice_set(PracticeSpec(pupils=2, pages=1, traps=frozenset()), seed=1)
    assert likely_pages(practice.files[0].content) == len(practice.pages)


def test_a_picture_is_one_page_and_an_unknown_file_tells_nothing() -> None:
    assert likely_pages(b"\xff\xd8\xff rest") == 1
    assert likely_pages(b"%PDF-1.5 no page") is None
    assert likely_pages(b"II*\0") is None
