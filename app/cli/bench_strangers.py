"""The scanning benchmark's hostile files: how fast and in how much memory they are refused."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from scanning import ChildReader, RejectedFile
from scanning.practice import BundleFormat, PracticeSpec, hostile_files, make_practice_set

WIDE_PX = 100_000
BOMB_BYTES = 2_000_000_000
LOOK_SECONDS = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one hostile file: the reason of its refusal (None: read), time, memory."""

    name: str
    reason: str | None
    seconds: float
    megabytes: float


def refuse_all(*, seed: int) -> tuple[list[Outcome], int]:
    """Give every hostile file to a reader, a good file after each; how many of those were read."""
    good = make_practice_set(
        PracticeSpec(pupils=1, pages=1, traps=frozenset(), bundle=BundleFormat.JPEG), seed=seed
    ).files[0]
    outcomes, read = [], 0
    with ChildReader() as reader:
        for name, content in strange_files(seed=seed).items():
            outcomes.append(_given(reader, name, content))
            read += sum(1 for _ in reader.read(good.content, name=good.name))
    return outcomes, read


def strange_files(*, seed: int) -> dict[str, bytes]:
    """Files that must be refused: those of practice, and archives and pictures made to harm."""
    known = {file.name: file.content for file in hostile_files(seed=seed)}
    return known | {
        "archive_of_archives.zip": _zip({"inner.zip": _zip({"a.jpg": b"\xff\xd8\xff"})}),
        "unpacks_to_gigabytes.zip": _zip_bomb(),
        "climbs_out.zip": _zip({"../../etc/passwd": b"root:x:0:0\n"}),
        "long_strip.png": _strip(),
        "only_a_head.tif": b"II*\0\x08\0\0\0\xff\xff" + bytes(200),
        "noise.jpg": b"\xff\xd8\xff\xe0" + np.random.default_rng(seed).bytes(50_000),
        "program.png": b"MZ" + bytes(5000),
    }


def _given(reader: ChildReader, name: str, content: bytes) -> Outcome:
    """Read a file to its end or to its refusal, with an eye on the child's memory."""
    watch = _Watch(reader)
    start = time.perf_counter()
    reason = None
    watch.start()
    try:
        for _ in reader.read(content, name=name):
            pass
    except RejectedFile as refusal:
        reason = str(refusal.kind)
    seconds = time.perf_counter() - start
    watch.over = True
    watch.join()
    return Outcome(name=name, reason=reason, seconds=seconds, megabytes=watch.most_kb / 1024)


class _Watch(threading.Thread):
    """Looks at the resident memory of the reader's child while a file is read."""

    def __init__(self, reader: ChildReader) -> None:
        super().__init__(daemon=True)
        self.reader = reader
        self.most_kb = 0
        self.over = False

    def run(self) -> None:
        """Look until it is over."""
        while not self.over:
            process_id = self.reader.process_id
            if process_id is not None:
                self.most_kb = max(self.most_kb, peak_kb(process_id))
            time.sleep(LOOK_SECONDS)


def peak_kb(process_id: int) -> int:
    """The most memory that a process ever had resident, kilobytes; 0 where it is gone."""
    try:
        told = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in told.splitlines() if row.startswith("VmHWM")), 0)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _zip_bomb() -> bytes:
    """A small archive whose one member is gigabytes of nothing."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("page.jpg", "w", force_zip64=True) as member,
    ):
        for _ in range(BOMB_BYTES // 10_000_000):
            member.write(bytes(10_000_000))
    return buffer.getvalue()


def _strip() -> bytes:
    """A picture wider than any sheet of paper."""
    buffer = io.BytesIO()
    Image.new("1", (WIDE_PX, 600), 1).save(buffer, "PNG")
    return buffer.getvalue()
