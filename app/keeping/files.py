"""The stored files that rows name: which they are, and whether they are there and whole."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.keeping.rows import ROWS_AT_ONCE, tables
from app.storage import FileStore

# A column with this ending holds the hash of a stored file; there is no other way to name one.
FILE_COLUMN = "sha256"
# A row with this moment keeps the hash of a file that is gone by its term.
DESTROYED_COLUMN = "destroyed_at"


def named_files(connection: Connection) -> Iterator[str]:
    """The hash of every file that a row names, each once, in alphabetical order."""
    found: set[str] = set()
    for table in tables():
        for column in table.columns:
            if column.name.endswith(FILE_COLUMN):
                query = select(column).where(column.is_not(None)).distinct()
                if DESTROYED_COLUMN in table.columns:
                    query = query.where(table.columns[DESTROYED_COLUMN].is_(None))
                rows = connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
                found.update(rows.scalars())
    return iter(sorted(found))


def trouble_with(store: FileStore, digest: str) -> str | None:
    """What is wrong with a stored file, or None."""
    try:
        store.get(digest)
    except FileNotFoundError:
        return "нет файла"
    except ValueError:
        return "содержимое не то, что было сохранено"
    return None
