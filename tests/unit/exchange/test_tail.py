"""A line at the tail leaves a document what it was, and what is no document alone."""

from __future__ import annotations

import io
import zipfile

from app.exchange.tail import with_tail


def archive(comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("one.txt", "один")
        file.comment = comment
    return made.getvalue()


def test_an_archive_carries_the_line_as_its_comment() -> None:
    told = zipfile.ZipFile(io.BytesIO(with_tail(archive(), '{"a": 1}\n')))
    assert (told.comment, told.testzip(), told.read("one.txt").decode()) == (
        b'{"a": 1}',
        None,
        "один",
    )


def test_what_is_no_document_or_has_a_comment_stays_as_it_is() -> None:
    for content in (b"code;points\n", b"", archive(b"own")):
        assert with_tail(content, "{}") == content
