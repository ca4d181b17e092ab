"""Messages between the reader and its child: a length, then as many bytes."""

from __future__ import annotations

import socket

HEAD_BYTES = 4


def framed(body: bytes) -> bytes:
    """The message with its length before it."""
    return len(body).to_bytes(HEAD_BYTES, "big") + body


def exactly(line: socket.socket, count: int) -> bytearray:
    """The next `count` bytes.

    Raises:
        EOFError: the other side hung up before.
    """
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        got = line.recv_into(view)
        if got == 0:
            raise EOFError
        view = view[got:]
    return buffer
