"""The memory that pages are handed over in is used again, and never while somebody looks at it."""

import gc
import socket

import numpy as np
import pytest

from scanning.buffers import Buffers, filled


def given(buffers, value, size=100):
    """A page of one grey level, as the child leaves it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        buffer = buffers.get_one(size)
        socket.send_fds(ours, [b"B"], [buffer.handle])
        filled(theirs, np.full((10, size // 10), value, np.uint8))
        return buffer, buffers.pixels(buffer, (10, size // 10))


def test_a_page_that_is_held_keeps_its_pixels_when_others_come():
    buffers = Buffers()
    pages = [given(buffers, value)[1] for value in range(5)]
    assert [int(page.max()) for page in pages] == list(range(5))
    part = pages.pop(0)[2:4]
    given(buffers, 9)
    assert int(part.max()) == 0


def test_the_memory_of_a_page_that_was_let_go_serves_the_next_one():
    buffers = Buffers()
    first, page = given(buffers, 1)
    del page
    gc.collect()
    second, _ = given(buffers, 2)
    assert second is first
    assert given(buffers, 3, size=4 << 20)[0] is not first


def test_the_child_cannot_shorten_what_is_looked_at():
    buffer = Buffers().get_one(100)
    with (
        open(buffer.handle, "rb+", closefd=False) as file,
        pytest.raises(OSError, match="permitted"),
    ):
        file.truncate(0)
