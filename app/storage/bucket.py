"""Stored files in a bucket of an S3-compatible storage, under the same names as in a folder."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

CHUNK_BYTES = 1 << 20
# Up to here a file waits in memory for its checksum, beyond in a temporary file.
IN_MEMORY_BYTES = 8 << 20
ABSENT = frozenset({"404", "NoSuchKey"})
# A file this young is safe from a sweep; an older one is written again and counts as new.
YOUNG_SECONDS = 6 * 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """How to reach an S3-compatible storage; what is empty comes from the usual AWS sources."""

    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""


class Bucket:
    """The files of one bucket below one prefix."""

    def __init__(self, name: str, *, prefix: str = "", door: Door) -> None:
        self._name = name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._door = door

    def add(self, stream: BinaryIO) -> tuple[str, int]:
        """Store durably; the storage itself compares what arrives with its checksum."""
        hasher, check = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            while chunk := stream.read(CHUNK_BYTES):
                hasher.update(chunk)
                check.update(chunk)
                spool.write(chunk)
            size = spool.tell()
            spool.seek(0)
            with self._answers():
                self._client.put_object(
                    Bucket=self._name,
                    Key=self._key(hasher.hexdigest()),
                    Body=spool,
                    ContentLength=size,
                    ContentMD5=base64.b64encode(check.digest()).decode(),
                )
        return hasher.hexdigest(), size

    def renew(self, digest: str) -> bool:
        """Whether the file is there and no sweep will take it soon; else it is written again."""
        head = self._head(digest)
        if head is None:
            return False
        age = head["ResponseMetadata"]["HTTPHeaders"].get("date")
        return age is not None and _seconds_between(head["LastModified"], age) < YOUNG_SECONDS

    def has(self, digest: str) -> bool:
        """Whether something is stored under that hash."""
        return self._head(digest) is not None

    def read(self, digest: str) -> bytes:
        """The bytes as they lie there."""
        with self._answers():
            found = self._client.get_object(Bucket=self._name, Key=self._key(digest))
            return cast(bytes, found["Body"].read())

    def open(self, digest: str) -> BinaryIO:
        """A copy on this machine that has no name and is gone when it is closed."""
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            with self._answers():
                found = self._client.get_object(Bucket=self._name, Key=self._key(digest))
                shutil.copyfileobj(found["Body"], copy, CHUNK_BYTES)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return copy

    def digests(self) -> Iterator[str]:
        """The hash of every stored file, in alphabetical order."""
        for one in self._list():
            yield one["Key"].rsplit("/", 1)[-1]

    def settled(self, *, moment: float) -> Iterator[str]:
        """The hash of every file last written before that POSIX time, in alphabetical order."""
        for one in self._list():
            if one["LastModified"].timestamp() < moment:
                yield one["Key"].rsplit("/", 1)[-1]

    def drop(self, digest: str, *, older_than: float) -> bool:
        """Remove a file last written before that POSIX time; whether it was."""
        head = self._head(digest)
        if head is None or head["LastModified"].timestamp() >= older_than:
            return False
        with self._answers():
            self._client.delete_object(Bucket=self._name, Key=self._key(digest))
        return True

    def drop_leftovers(self, *, older_than: float) -> int:
        """Nothing: an unfinished write leaves no file in a bucket."""
        del older_than
        return 0

    def _head(self, digest: str) -> dict[str, Any] | None:
        try:
            with self._answers():
                found = self._client.head_object(Bucket=self._name, Key=self._key(digest))
        except FileNotFoundError:
            return None
        return cast("dict[str, Any]", found)

    def _list(self) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            with self._answers():
                found = self._client.list_objects_v2(
                    Bucket=self._name, Prefix=self._prefix, **token
                )
            yield from found.get("Contents", ())
            if not found.get("IsTruncated"):
                return
            token = {"ContinuationToken": found["NextContinuationToken"]}

    def _key(self, digest: str) -> str:
        return f"{self._prefix}{digest[:2]}/{digest}"

    @property
    def _client(self) -> Any:
        return _client(self._door, os.getpid())

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """What the storage refuses, or that it is away, as the errors that a folder gives."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ABSENT:
                raise FileNotFoundError(errno.ENOENT, "no such file", self._name) from error
            raise OSError(errno.EHOSTDOWN, f"file storage: {code}", self._name) from error
        except BotoCoreError as error:
            raise OSError(errno.EHOSTDOWN, f"file storage: {error}", self._name) from error


def _seconds_between(written: datetime, date_header: str) -> float:
    """How old a file is by the storage's own clock."""
    return float((parsedate_to_datetime(date_header) - written).total_seconds())


@lru_cache(maxsize=8)
def _client(door: Door, _process: int) -> Any:
    """One client a process: its connections must not be shared over a fork."""
    session = boto3.session.Session()
    return session.client(
        "s3",
        endpoint_url=door.endpoint or None,
        region_name=door.region or None,
        aws_access_key_id=door.key or None,
        aws_secret_access_key=door.secret or None,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            s3={"addressing_style": "path" if door.endpoint else "auto"},
            # Not every storage that speaks S3 knows the newer checksums; MD5 they all know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
