"""The check of HTML finds what is wrong, and nothing where all is well."""

from __future__ import annotations

import pytest

from tests.html_faults import html_faults

PAGE = "<!doctype html><html lang='ru'><head><title>Т</title></head><body>{}</body></html>"


def test_a_valid_page_has_no_faults():
    assert (
        html_faults(PAGE.format("<main><p>Да <a href='/'>вот</a></p><ul><li>1</li></ul></main>"))
        == []
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p><div>1</div></p>",
        "<span><div>1</div></span>",
        "<a href='/'><button>1</button></a>",
        "<ul><p>1</p></ul>",
        "<p id='a'></p><p id='a'></p>",
        "<label for='none'>1</label>",
        "<img src='/x.png'>",
        "<td>1</td>",
        "<p align='left'>1</p>",
        "<b><i>1</b></i>",
        "<a href='/'>1</a ",
    ],
)
def test_a_fault_is_told(body: str):
    assert html_faults(PAGE.format(body))
