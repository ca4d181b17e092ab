"""The installation as it was before a crawl: put back after each change, and compared with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from app.settings import Settings

Rows = dict[str, set[tuple[object, ...]]]


class Ground:
    """A copy in memory of the database that requests change."""

    def __init__(self, settings: Settings) -> None:
        self.live = sqlite3.connect(settings.data_dir / "sverka.db")
        self.kept = sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.rows = rows_of(self.kept)

    def put_back(self) -> None:
        self.kept.backup(self.live)

    def close(self) -> None:
        self.kept.close()
        self.live.close()

    def changes(self, *, of: frozenset[object]) -> Iterator[str]:
        """Rows without any of these ids that are gone or changed, and new ones that name others'.

        Args:
            of: ids that belong to those who acted, with whatever hangs on them.
        """
        others = frozenset(_ids(self.kept)) - of
        now = rows_of(self.live)
        for table, before in self.rows.items():
            for row in before - now[table]:
                if not of.intersection(row):
                    yield f"{table}: {row} was changed or removed"
            for row in now[table] - before:
                if others.intersection(row):
                    yield f"{table}: {row} was added"

    def hanging_on(self, seeds: frozenset[object]) -> frozenset[object]:
        """The seeds and the ids of all rows that name one of them, directly or through others."""
        found, grown = set(seeds), True
        while grown:
            size = len(found)
            for table, rows in self.rows.items():
                place = _columns(self.kept, table).get("id")
                if place is not None:
                    found |= {row[place] for row in rows if found.intersection(row)}
            grown = len(found) > size
        return frozenset(found)


def rows_of(connection: sqlite3.Connection) -> Rows:
    return {
        table: set(connection.execute(f'SELECT * FROM "{table}"')) for table in _tables(connection)
    }


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [name for (name,) in connection.execute(query)]


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, int]:
    return {row[1]: row[0] for row in connection.execute(f'PRAGMA table_info("{table}")')}


def _ids(connection: sqlite3.Connection) -> Iterator[object]:
    for table in _tables(connection):
        if "id" in _columns(connection, table):
            for (one,) in connection.execute(f'SELECT id FROM "{table}"'):
                yield one
