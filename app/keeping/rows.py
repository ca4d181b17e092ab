"""Every row of one database -> another one, of the same or of another kind, counted and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Table, func, insert, or_, select

from app.models import Base

ROWS_AT_ONCE = 1000
# Logins do not outlive a copy: whoever held a cookie logs in again.
LEFT_OUT = frozenset({"login_session"})


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSum:
    """How many rows a table holds, and the hash of all of them in the order of their keys."""

    rows: int
    sha256: str


def tables() -> tuple[Table, ...]:
    """What a copy holds: every table but the logins, each after those that it points to."""
    return tuple(table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT)


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return all(
        connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        for table in tables()
    )


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row; both databases have the current schema, the target has no rows."""
    for table in tables():
        for batch in _in_order(source, table):
            target.execute(insert(table), [dict(row) for row in batch])


def sums(connection: Connection) -> dict[str, TableSum]:
    """A sum a table: equal sums are equal tables, on whichever kind of database."""
    return {table.name: _sum(connection, table) for table in tables()}


def _sum(connection: Connection, table: Table) -> TableSum:
    hasher, count = hashlib.sha256(), 0
    for row in _rows(connection, table):
        hasher.update(repr(sorted(row.items())).encode())
        count += 1
    return TableSum(rows=count, sha256=hasher.hexdigest())


def _rows(connection: Connection, table: Table) -> Iterator[RowMapping]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=ROWS_AT_ONCE)
    return iter(connection.execute(query).mappings())


def _in_order(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """Batches of rows; one that points into its own table comes after what it points to."""
    own = [column for column in table.columns if _points_to(column, table)]
    query = select(table).execution_options(yield_per=ROWS_AT_ONCE)
    alone = query.where(*(column.is_(None) for column in own))
    yield from connection.execute(alone).mappings().partitions()
    if own:
        pointing = select(table).where(or_(*(column.is_not(None) for column in own)))
        yield from _after_their_targets(connection.execute(pointing).mappings().all(), own)


def _points_to(column: Column[Any], table: Table) -> bool:
    return any(key.column.table is table for key in column.foreign_keys)


def _after_their_targets(
    rows: Sequence[RowMapping], own: list[Column[Any]]
) -> Iterator[Sequence[RowMapping]]:
    waiting = {row["id"]: row for row in rows}
    while waiting:
        ready = [
            row
            for row in waiting.values()
            if not any(row[column.name] in waiting for column in own)
        ]
        if not ready:
            raise ValueError(f"rows of {own[0].table.name} point at each other in a ring")
        yield ready
        for row in ready:
            del waiting[row["id"]]
