"""Files by the hash of their content, in a folder: on disk before any row names them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20


class FileStore:
    """A folder of files named by SHA-256; the same content is stored once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store the bytes durably; the SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            self._write(path, content)
        return digest

    def put_stream(self, stream: BinaryIO) -> tuple[str, int]:
        """Store a stream without holding it in memory; (SHA-256 in hex, size in bytes)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        hasher, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            while chunk := stream.read(CHUNK_BYTES):
                hasher.update(chunk)
                size += len(chunk)
                part.write(chunk)
            part.flush()
            os.fsync(part.fileno())
        self._settle(Path(part.name), self.path(hasher.hexdigest()))
        return hasher.hexdigest(), size

    def has(self, digest: str) -> bool:
        """Whether something is stored under that hash."""
        return self.path(digest).exists()

    def digests(self) -> Iterator[str]:
        """The hash of every stored file, in alphabetical order."""
        for folder in sorted(self._folder.glob("??")):
            yield from sorted(path.name for path in folder.iterdir())

    def drop(self, digest: str) -> None:
        """Remove a file that no row names; one that is gone already is gone."""
        self.path(digest).unlink(missing_ok=True)

    def drop_leftovers(self, *, older_than: float) -> int:
        """Remove unfinished writes last touched before that POSIX time; how many there were."""
        left = [one for one in self._folder.glob("*.part") if one.stat().st_mtime < older_than]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def stored_before(self, digest: str, *, moment: float) -> bool:
        """Whether the file was last written before that POSIX time."""
        return self.path(digest).stat().st_mtime < moment

    def get(self, digest: str) -> bytes:
        """The bytes under that hash.

        Raises:
            FileNotFoundError: nothing is stored under it.
            ValueError: the bytes on disk no longer match their name.
        """
        content = self.path(digest).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"stored file {digest} does not match its checksum")
        return content

    def path(self, digest: str) -> Path:
        """Where the file of that hash lies, whether or not it is there."""
        return self._folder / digest[:2] / digest

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        self._settle(Path(part.name), path)

    def _settle(self, part: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.replace(path)
        _sync_folder(path.parent)
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
