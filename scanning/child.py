"""Files of strangers are decoded in a child process with limits on memory, processor and time.

The child (decoder.py) is given the file as an open descriptor over a socket, and leaves pages as
pixels in shared memory; when it dies, the file that killed it is refused and the next file gets a
new child.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO, Self

import numpy as np

from scanning.buffers import TOKEN, Buffers
from scanning.confinement import UNCONFINED_EXIT, NotConfinedError, bare
from scanning.frames import HEAD_BYTES, exactly, framed
from scanning.raw import EVERY_PAGE, Limits, RawPage, RejectedFile, RejectKind, Share

# The child waits for the processor too: on a busy machine the clock runs ahead of its work.
CLOCK_A_CPU_SECOND = 15.0
# What one page was decoded in serves the next one, too: given back to the system and asked for
# again it costs half as much as decoding. glibc reads these; others let them be.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}


class ChildReader:
    """A child process that decodes one file after another."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._buffers = Buffers()

    def read(
        self, source: bytes | BinaryIO, *, name: str, share: Share = EVERY_PAGE
    ) -> Iterator[RawPage]:
        """The pages of a file, one at a time, as `open_bundle` gives them.

        Args:
            source: the content, or a real file open for reading.
            name: what to call the file in pages and refusals.
            share: which of its pages are wanted.

        Raises:
            RejectedFile: the file cannot be read, or asks for more than the limits allow.
            NotConfinedError: the system cannot confine the child.
        """
        finished = False
        try:
            yield from self._pages(source, name, share)
            finished = True
        except RejectedFile as refusal:
            finished = refusal.kind not in (RejectKind.TOO_SLOW, RejectKind.TOO_MUCH_MEMORY)
            raise
        finally:
            if not finished:
                self.close()

    @property
    def process_id(self) -> int | None:
        """The child's number while there is one."""
        child = self._child
        return None if child is None else child.pid

    def close(self) -> None:
        """End the child."""
        if self._line is not None:
            self._line.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._line = self._child = None
        self._buffers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pages(self, source: bytes | BinaryIO, name: str, share: Share) -> Iterator[RawPage]:
        line = self._started()
        with _descriptor(source) as handle:
            order = {"name": name, "limits": asdict(self.limits), "share": asdict(share)}
            socket.send_fds(line, [framed(json.dumps(order).encode())], [handle])
            while (page := self._next(line, name)) is not None:
                yield page

    def _started(self) -> socket.socket:
        if self._line is None:
            ours, theirs = socket.socketpair()
            command = (sys.executable, "-m", "scanning.decoder", str(theirs.fileno()))
            with theirs:
                self._child = subprocess.Popen(
                    command, pass_fds=[theirs.fileno()], env={**bare(os.environ), **KEPT_MEMORY}
                )
            ours.settimeout(CLOCK_A_CPU_SECOND * self.limits.child_seconds_a_page)
            self._line = ours
        return self._line

    def _next(self, line: socket.socket, name: str) -> RawPage | None:
        """The next page, None after the last.

        Raises:
            RejectedFile: the child says so, or its death does.
        """
        try:
            told = json.loads(_received(line))
            page = self._page(line, told) if "shape" in told else None
        except (EOFError, ConnectionError) as error:
            raise RejectedFile(self._why_died(), {"name": name}) from error
        except TimeoutError as error:
            raise RejectedFile(RejectKind.TOO_SLOW, {"name": name}) from error
        if "refused" in told:
            raise RejectedFile(RejectKind(told["refused"]), told["params"])
        return page

    def _page(self, line: socket.socket, told: dict[str, Any]) -> RawPage:
        shape = tuple(int(side) for side in told["shape"])
        buffer = self._buffers.get_one(int(np.prod(shape)))
        socket.send_fds(line, [TOKEN], [buffer.handle])
        pixels = self._buffers.pixels(buffer, shape)
        exactly(line, len(TOKEN))
        return RawPage(source=told["source"], index=told["index"], pixels=pixels, dpi=told["dpi"])

    def _why_died(self) -> RejectKind:
        status = self._child.wait() if self._child is not None else 0
        if status == UNCONFINED_EXIT:
            raise NotConfinedError("the kernel knows no seccomp filters")
        slow = status in (-signal.SIGXCPU, -signal.SIGKILL)
        return RejectKind.TOO_SLOW if slow else RejectKind.TOO_MUCH_MEMORY


def read_in_child(
    source: bytes | BinaryIO, *, name: str, limits: Limits | None = None
) -> Iterator[RawPage]:
    """The pages of one file, decoded in a child process of its own; see `ChildReader.read`."""
    with ChildReader(limits) as reader:
        yield from reader.read(source, name=name)


@contextmanager
def _descriptor(source: bytes | BinaryIO) -> Iterator[int]:
    """A descriptor of the content: the file's own, or that of a copy in memory."""
    if not isinstance(source, bytes):
        yield source.fileno()
        return
    handle = os.memfd_create("bundle")
    try:
        with os.fdopen(os.dup(handle), "wb") as copy:
            copy.write(source)
        yield handle
    finally:
        os.close(handle)


def _received(line: socket.socket) -> bytes:
    return bytes(exactly(line, int.from_bytes(exactly(line, HEAD_BYTES), "big")))
