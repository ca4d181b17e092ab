"""Memory in which the child leaves a page's pixels: handed back and forth, and used again.

Its pages are made once; a page of 300 dpi through a socket costs as much as half its decoding.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import socket
import weakref
from dataclasses import dataclass
from typing import Final

import numpy as np

from scanning.raw import Pixels

MOST_SPARE = 2
ROUNDED_TO_BYTES = 1 << 20
TOKEN: Final = b"B"  # goes with a descriptor, which cannot go alone
# The child cannot take away what its reader looks at.
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """Shared memory without a name."""

    handle: int
    memory: mmap.mmap

    @property
    def size(self) -> int:
        """Bytes it holds."""
        return len(self.memory)


class Buffers:
    """Spare memory of one reader: what a page was in comes back when the page is let go."""

    def __init__(self) -> None:
        self._spare: list[Buffer] = []

    def get_one(self, size: int) -> Buffer:
        """A buffer for so many bytes."""
        for place, buffer in enumerate(self._spare):
            if buffer.size >= size:
                return self._spare.pop(place)
        return _made(-(-size // ROUNDED_TO_BYTES) * ROUNDED_TO_BYTES)

    def pixels(self, buffer: Buffer, shape: tuple[int, ...]) -> Pixels:
        """What the buffer holds; with the last look at it the buffer is spare again."""
        held = np.frombuffer(buffer.memory, np.uint8, count=int(np.prod(shape)))
        weakref.finalize(held, self._came_back, buffer).atexit = False
        return held.reshape(shape)

    def close(self) -> None:
        """Give the spare memory back."""
        for buffer in self._spare:
            os.close(buffer.handle)
        self._spare.clear()

    def _came_back(self, buffer: Buffer) -> None:
        if len(self._spare) < MOST_SPARE:
            self._spare.append(buffer)
        else:
            os.close(buffer.handle)


def filled(line: socket.socket, pixels: Pixels) -> None:
    """Leave the pixels in the buffer that the reader offers.

    Raises:
        EOFError: it offers none.
    """
    _, handles, _, _ = socket.recv_fds(line, len(TOKEN), 1)
    if not handles:
        raise EOFError
    left, at = np.ascontiguousarray(pixels).data.cast("B"), 0
    try:
        while at < len(left):
            at += os.pwrite(handles[0], left[at:], at)
    finally:
        os.close(handles[0])
    line.sendall(TOKEN)


def _made(size: int) -> Buffer:
    handle = os.memfd_create("page", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(handle, size)
    fcntl.fcntl(handle, fcntl.F_ADD_SEALS, _SEALS)
    return Buffer(handle, mmap.mmap(handle, size))
