"""One database, two ways in: `transaction()` writes and commits, `reading()` cannot write.

On SQLite a transaction that reads first and writes later loses updates in silence, so every
writing transaction begins with BEGIN IMMEDIATE; readers take a snapshot and are refused a write
by the database itself.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 20_000
# A connection that has just answered is not asked again whether it lives.
TRUSTED_SECONDS = 2.0
_RESTED_SINCE = "rested_since"


class Database:
    """The engines of one database; made once a process, never shared over a fork.

    Errors name no values (`hide_parameters`): what a statement carried stays out of the logs.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        if make_url(url).get_backend_name() == "sqlite":
            _make_folder(url)
            self._writer, self._reader = _sqlite_engine(url, writes=True), _sqlite_engine(url)
            self._asker = self._reader
        else:
            self._writer, self._reader = _server_engine(url, writes=True), _server_engine(url)
            self._asker = self._reader.execution_options(isolation_level="AUTOCOMMIT")
        self._ask_session = sessionmaker(self._asker, expire_on_commit=False)
        self._write_session = sessionmaker(self._writer, expire_on_commit=False)
        self._read_session = sessionmaker(self._reader, expire_on_commit=False)

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and tests."""
        return self._writer

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session; commits when the block ends well, else rolls everything back."""
        with self._write_session() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent snapshot; a write in it is an error."""
        with self._read_session() as session:
            yield session

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session for a single question, which needs no snapshot: no transaction is begun.

        A database server is spared two of the four messages that the shortest reading takes.
        """
        with self._ask_session() as session:
            yield session

    def when_committed(self, tell: Callable[[Session], None]) -> None:
        """Have every writing session handed over after its commit; it can no longer be used."""
        event.listen(self._write_session, "after_commit", tell)

    def dispose(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _make_folder(url: str) -> None:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def _sqlite_engine(url: str, *, writes: bool = False) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _sqlite_pragmas(writes=writes):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _sqlite_pragmas(*, writes: bool) -> tuple[str, ...]:
    common = (
        f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA synchronous=FULL",
        "PRAGMA journal_mode=WAL",
    )
    return common if writes else (*common, "PRAGMA query_only=ON")


def _server_engine(url: str, *, writes: bool = False) -> Engine:
    options: dict[str, Any] = {} if writes else _SNAPSHOT
    engine = create_engine(url, hide_parameters=True, **options)
    _ask_after_rest(engine)
    return engine


_SNAPSHOT: dict[str, Any] = {
    "isolation_level": "REPEATABLE READ",
    "execution_options": {"postgresql_readonly": True},
}


def _ask_after_rest(engine: Engine) -> None:
    """Ask a connection that has rested whether it lives, before it is given out.

    The pool's own question before every use costs a message to the server each time. A server
    that goes away between two requests is noticed by the second: it is told that nothing was
    stored, and the connections of that time are made anew.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_RESTED_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        rested_since = entry.info.get(_RESTED_SINCE)
        if rested_since is None or time.monotonic() - rested_since < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error
