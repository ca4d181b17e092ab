"""An S3-compatible storage for tests, and damage to what is stored."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.error import URLError

import boto3

from app.storage import Bucket, FileStore, Folder

KEY = {"s3_key": "test", "s3_secret": "test", "s3_region": "us-east-1"}
_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class S3:
    """A storage that speaks S3, on this machine."""

    endpoint: str

    def new_bucket(self) -> dict[str, str]:
        """An empty bucket: the settings that name it."""
        name = f"files-{next(_NUMBERS)}"
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=KEY["s3_region"],
            aws_access_key_id=KEY["s3_key"],
            aws_secret_access_key=KEY["s3_secret"],
        )
        client.create_bucket(Bucket=name)
        return {"files_url": f"s3://{name}/sverka", "s3_endpoint": self.endpoint, **KEY}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start_s3() -> Iterator[S3]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{endpoint}/moto-api/", server)
        yield S3(endpoint=endpoint)
    finally:
        server.kill()
        server.wait(timeout=10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the storage ended at once"
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the storage did not come up in a minute")


def spoil(store: FileStore, digest: str) -> None:
    """Change the stored bytes behind the program's back."""
    place = store._place
    if isinstance(place, Folder):
        Path(place.path(digest)).write_bytes(b"x")
    elif isinstance(place, Bucket):
        place._client.put_object(Bucket=place._name, Key=place._key(digest), Body=b"x")
