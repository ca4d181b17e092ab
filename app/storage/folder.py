"""Stored files in a folder of this machine: on disk before any row names them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20


class Folder:
    """A folder of files named by the SHA-256 of their content."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, stream: BinaryIO) -> tuple[str, int]:
        """Store durably: temporary name, fsync, rename, fsync of the folders."""
        self._path.mkdir(parents=True, exist_ok=True)
        hasher, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._path, suffix=".part", delete=False) as part:
            while chunk := stream.read(CHUNK_BYTES):
                hasher.update(chunk)
                size += len(chunk)
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
        self._settle(Path(part.name), self.path(hasher.hexdigest()))
        return hasher.hexdigest(), size

    def renew(self, digest: str) -> bool:
        """Whether the file is there; if so it counts as written now."""
        try:
            os.utime(self.path(digest))
        except FileNotFoundError:
            return False
        return True

    def has(self, digest: str) -> bool:
        """Whether something is stored under that hash."""
        return self.path(digest).exists()

    def read(self, digest: str) -> bytes:
        """The bytes as they lie there."""
        return self.path(digest).read_bytes()

    def open(self, digest: str) -> BinaryIO:
        """The file itself."""
        return self.path(digest).open("rb")

    def digests(self) -> Iterator[str]:
        """The hash of every stored file, in alphabetical order."""
        for folder in sorted(self._path.glob("??")):
            yield from sorted(path.name for path in folder.iterdir())

    def settled(self, *, moment: float) -> Iterator[str]:
        """The hash of every file last written before that POSIX time, in alphabetical order."""
        for digest in self.digests():
            if self.path(digest).stat().st_mtime < moment:
                yield digest

    def drop(self, digest: str, *, older_than: float) -> bool:
        """Remove a file last written before that POSIX time; whether it was."""
        path = self.path(digest)
        if not path.exists() or path.stat().st_mtime >= older_than:
            return False
        path.unlink(missing_ok=True)
        return True

    def drop_leftovers(self, *, older_than: float) -> int:
        """Remove unfinished writes last touched before that POSIX time; how many there were."""
        left = [one for one in self._path.glob("*.part") if one.stat().st_mtime < older_than]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def path(self, digest: str) -> Path:
        """Where the file of that hash lies, whether or not it is there."""
        return self._path / digest[:2] / digest

    def _settle(self, part: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.replace(path)
        _sync_folder(path.parent)
        _sync_folder(self._path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
