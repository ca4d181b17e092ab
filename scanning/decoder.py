"""The child process that decodes files of strangers: `python -m scanning.decoder SOCKET`."""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
from typing import BinaryIO

from scanning.buffers import filled
from scanning.bundle import open_bundle
from scanning.confinement import UNCONFINED_EXIT, confine, load_decoders
from scanning.frames import HEAD_BYTES, exactly, framed
from scanning.raw import Limits, RejectedFile, RejectKind, Share

SPARE_SECONDS = 1.0
MEGABYTE = 1 << 20


def _serve(line: socket.socket) -> None:
    """The child's side: file after file until the parent hangs up."""
    load_decoders()
    free_bytes = _address_space()
    _confine()
    while True:
        body, handles, _, _ = socket.recv_fds(line, HEAD_BYTES, 1)
        if not body:
            return
        order = json.loads(exactly(line, int.from_bytes(body, "big")))
        limits = Limits(**order["limits"])
        _limit_memory(free_bytes + limits.child_memory_mb * MEGABYTE)
        with os.fdopen(handles[0], "rb") as source:
            _answer(line, source, order["name"], limits, Share(**order["share"]))


def _answer(line: socket.socket, source: BinaryIO, name: str, limits: Limits, share: Share) -> None:
    try:
        _limit_processor(limits)
        for page in open_bundle(source, name=name, limits=limits, share=share):
            told = {"source": page.source, "index": page.index, "dpi": page.dpi}
            line.sendall(framed(json.dumps({**told, "shape": page.pixels.shape}).encode()))
            filled(line, page.pixels)
            _limit_processor(limits)
        last: dict[str, object] = {"last": True}
    except RejectedFile as refusal:
        last = {"refused": refusal.kind, "params": refusal.params}
    except MemoryError:
        last = {"refused": RejectKind.TOO_MUCH_MEMORY, "params": {"name": name}}
    line.sendall(framed(json.dumps(last).encode()))


def _confine() -> None:
    try:
        confine()
    except OSError as error:
        sys.stderr.write(f"sverka: no decoding without seccomp: {error}\n")
        sys.exit(UNCONFINED_EXIT)


def _address_space() -> int:
    """Bytes of address space in use now."""
    with open("/proc/self/statm", encoding="ascii") as status:  # noqa: PTH123
        return int(status.read().split()[0]) * resource.getpagesize()


def _limit_memory(most_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, resource.RLIM_INFINITY))


def _limit_processor(limits: Limits) -> None:
    """Grant the processor time of one more page."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = used.ru_utime + used.ru_stime + limits.child_seconds_a_page + SPARE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (round(total), resource.RLIM_INFINITY))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as parent:
        _serve(parent)
