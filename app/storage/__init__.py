"""Files by the hash of their content, in a folder or a bucket: there before any row names them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit

from app.settings import Settings
from app.storage.folder import Folder

__all__ = ["FileStore", "Folder", "open_store", "store_at"]

BUCKET_SCHEME = "s3://"


class Place(Protocol):
    """Where files lie: a folder or a bucket."""

    def add(self, stream: BinaryIO) -> tuple[str, int]:
        """Store durably; (SHA-256 in hex, size in bytes)."""

    def renew(self, digest: str) -> bool:
        """Whether the file is there and no sweep will take it now."""

    def has(self, digest: str) -> bool:
        """Whether something is stored under that hash."""

    def read(self, digest: str) -> bytes:
        """The bytes as they lie there; FileNotFoundError when nothing does."""

    def open(self, digest: str) -> BinaryIO:
        """A real file with those bytes; FileNotFoundError when there are none."""

    def digests(self) -> Iterator[str]:
        """The hash of every stored file, in alphabetical order."""

    def settled(self, *, moment: float) -> Iterator[str]:
        """The hash of every file last written before that POSIX time, in alphabetical order."""

    def drop(self, digest: str, *, older_than: float) -> bool:
        """Remove a file last written before that POSIX time; whether it was."""

    def drop_leftovers(self, *, older_than: float) -> int:
        """Remove unfinished writes last touched before that POSIX time; how many there were."""


class FileStore:
    """Files named by SHA-256; the same content is stored once, and checked whenever it is read."""

    def __init__(self, place: Path | Place) -> None:
        self._place: Place = Folder(place) if isinstance(place, Path) else place

    def put(self, content: bytes) -> str:
        """Store the bytes durably; the SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._place.renew(digest):
            self._place.add(io.BytesIO(content))
        return digest

    def put_stream(self, stream: BinaryIO) -> tuple[str, int]:
        """Store a stream without holding it in memory; (SHA-256 in hex, size in bytes)."""
        return self._place.add(stream)

    def has(self, digest: str) -> bool:
        """Whether something is stored under that hash."""
        return self._place.has(digest)

    def get(self, digest: str) -> bytes:
        """The bytes under that hash.

        Raises:
            FileNotFoundError: nothing is stored under it.
            ValueError: the stored bytes no longer match their name.
        """
        content = self._place.read(digest)
        if hashlib.sha256(content).hexdigest() != digest:
            raise _spoilt(digest)
        return content

    def open(self, digest: str) -> BinaryIO:
        """A real file open for reading at its beginning: for those who want a descriptor.

        Raises:
            FileNotFoundError: nothing is stored under that hash.
            ValueError: the stored bytes no longer match their name.
        """
        file = self._place.open(digest)
        if hashlib.file_digest(cast(Any, file), "sha256").hexdigest() != digest:
            file.close()
            raise _spoilt(digest)
        file.seek(0)
        return file

    def digests(self) -> Iterator[str]:
        """The hash of every stored file, in alphabetical order."""
        return self._place.digests()

    def settled(self, *, moment: float) -> Iterator[str]:
        """The hash of every file last written before that POSIX time, in alphabetical order."""
        return self._place.settled(moment=moment)

    def drop(self, digest: str, *, older_than: float) -> bool:
        """Remove a file that no row names, unless it was written again meanwhile."""
        return self._place.drop(digest, older_than=older_than)

    def drop_leftovers(self, *, older_than: float) -> int:
        """Remove unfinished writes last touched before that POSIX time; how many there were."""
        return self._place.drop_leftovers(older_than=older_than)


def open_store(settings: Settings) -> FileStore:
    """The files of an installation: in the bucket that it names, else in its data folder."""
    return store_at(settings.files_url or str(settings.files_dir), settings)


def store_at(place: str, settings: Settings) -> FileStore:
    """The files at a folder's path, or at `s3://bucket/prefix` through the installation's door."""
    if not place.startswith(BUCKET_SCHEME):
        return FileStore(Path(place))
    # boto3 is slow to import, and files in a folder need none of it.
    from app.storage.bucket import Bucket, Door  # noqa: PLC0415

    address = urlsplit(place)
    door = Door(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        key=settings.s3_key,
        secret=settings.s3_secret,
    )
    return FileStore(Bucket(address.netloc, prefix=address.path, door=door))


def _spoilt(digest: str) -> ValueError:
    return ValueError(f"stored file {digest} does not match its checksum")
