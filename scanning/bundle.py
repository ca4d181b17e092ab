"""PDF, TIFF, JPEG, PNG, ZIP of them -> pages, one at a time, within a memory bound."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from scanning.archive import archived_files
from scanning.pdf import pdf_pages
from scanning.raster import raster_pages
from scanning.raw import EVERY_PAGE, Limits, RawPage, RejectedFile, RejectKind, Share

PageReader = Callable[..., Iterator[RawPage | None]]

HEAD_BYTES = 1024  # a PDF may begin with as much of something else
RASTER_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06")


def open_bundle(
    source: bytes | BinaryIO,
    *,
    name: str,
    limits: Limits | None = None,
    share: Share = EVERY_PAGE,
) -> Iterator[RawPage]:
    """The pages of a file, decoded one at a time; at most one is held in memory.

    The kind of file is told by its first bytes, not by its name. Decoding happens in this
    process: for files of strangers use `read_in_child`.

    Args:
        source: the content, or a file open for reading bytes.
        name: what to call the file in pages and refusals.
        limits: what the file may ask for; the usual limits when None.
        share: which of its pages are wanted; the others are not decoded.

    Raises:
        RejectedFile: the file cannot be read; pages may have been given before it shows.
    """
    bounds = limits or Limits()
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    _check_length(stream, name=name, limits=bounds)
    head = _head(stream)
    if head.startswith(ZIP_HEADS):
        pages = _zip_pages(stream, name=name, limits=bounds, share=share)
    else:
        wanted = share.holds
        pages = _reader(head, name=name)(stream, name=name, limits=bounds, wanted=wanted)
    return (page for page in pages if page is not None)


def _check_length(stream: BinaryIO, *, name: str, limits: Limits) -> None:
    length = stream.seek(0, os.SEEK_END)
    if length == 0:
        raise RejectedFile(RejectKind.EMPTY, {"name": name})
    if length > limits.file_mb * 1e6:
        params = {"name": name, "limit": f"{limits.file_mb:g}"}
        raise RejectedFile(RejectKind.TOO_LARGE, params)


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return head


def _reader(head: bytes, *, name: str) -> PageReader:
    if b"%PDF-" in head:
        return pdf_pages
    if head.startswith(RASTER_HEADS):
        return raster_pages
    raise RejectedFile(RejectKind.WRONG_TYPE, {"name": name})


def _zip_pages(
    source: BinaryIO, *, name: str, limits: Limits, share: Share
) -> Iterator[RawPage | None]:
    count = 0
    for member, content in archived_files(source, name=name, limits=limits):
        wanted = _after(count, share)
        reader = _reader(_head(content), name=member)
        for page in reader(content, name=member, limits=limits, wanted=wanted):
            if count >= limits.pages:
                raise RejectedFile(RejectKind.TOO_MANY_PAGES, {"name": name, "limit": limits.pages})
            yield None if page is None else replace(page, index=count)
            count += 1


def _after(pages: int, share: Share) -> Callable[[int], bool]:
    """Which pages of a member are wanted that begins after so many pages of its archive."""
    return lambda index: share.holds(pages + index)
