"""Buckets for tests, and damage to what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from app.cli.bench_trust import surroundings
from app.storage import FileStore, Folder
from app.storage.bucket import Bucket

_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class S3:
    """A storage that speaks S3, on this machine."""

    endpoint: str

    def new_bucket(self) -> dict[str, str]:
        """An empty bucket: the settings that name it."""
        return surroundings.new_bucket(self.endpoint, f"files-{next(_NUMBERS)}")


@contextmanager
def start_s3() -> Iterator[S3]:
    with surroundings.s3() as endpoint:
        yield S3(endpoint=endpoint)


def spoil(store: FileStore, digest: str) -> None:
    """Change the stored bytes behind the program's back."""
    place = store._place
    if isinstance(place, Folder):
        place.path(digest).write_bytes(b"x")
    elif isinstance(place, Bucket):
        place._client.put_object(Bucket=place._name, Key=place._key(digest), Body=b"x")
