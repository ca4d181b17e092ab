"""Old backups go: the last days are kept whole, of the months before them one each."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table
from sqlalchemy.exc import DatabaseError

from app.db import Database
from app.errors import Refusal
from app.keeping.backup import DATABASE_NAME, MANIFEST_NAME
from app.keeping.files import DESTROYED_COLUMN, FILE_COLUMN
from app.storage import FileStore

NAME, PATTERN = "%Y%m%dT%H%M%SZ", "????????T??????Z"
EVERY = float("inf")


def thin_out(folder: Path, *, days: int, months: int, at: datetime) -> tuple[int, int]:
    """Remove what is older than its term, and files that no backup left names.

    Args:
        folder: the folder of backups, which the caller holds alone.
        days: all of so many days stay.
        months: before them the first of each of so many months stays.
        at: now.

    Returns:
        How many backups, and how many files.

    Raises:
        Refusal: a backup that stays cannot be read, so nothing is known of its files; none is gone.
    """
    made = sorted(path for path in folder.glob(PATTERN) if (path / MANIFEST_NAME).is_file())
    staying = kept([_moment(path) for path in made], days=days, months=months, at=at)
    gone = [path for path in made if _moment(path) not in staying]
    named = _named_by(path for path in made if path not in gone)
    for path in gone:
        # Under this name an interrupted removal is taken up by the next backup.
        part = path.rename(path.with_suffix(".part"))
        shutil.rmtree(part)
    files = FileStore(folder / "files")
    spare = [digest for digest in files.settled(moment=EVERY) if digest not in named]
    return len(gone), sum(files.drop(digest, older_than=EVERY) for digest in spare) if gone else 0


def kept(made: list[datetime], *, days: int, months: int, at: datetime) -> frozenset[datetime]:
    """Which of the backups stay; the newest always does."""
    recent = {one for one in made if one > at - timedelta(days=days)}
    firsts: dict[tuple[int, int], datetime] = {}
    for one in sorted(made):
        firsts.setdefault((one.year, one.month), one)
    since = at.year * 12 + at.month - months
    of_months = {one for (year, month), one in firsts.items() if year * 12 + month >= since}
    monthly = of_months if months else set()
    return frozenset(recent | monthly | set(sorted(made)[-1:]))


def _moment(path: Path) -> datetime:
    return datetime.strptime(path.name, NAME).replace(tzinfo=UTC)


def _named_by(backups: Iterable[Path]) -> set[str]:
    named: set[str] = set()
    for path in backups:
        copy = Database(f"sqlite:///{path / DATABASE_NAME}")
        try:
            with copy.reading() as session:
                named.update(_named_in(session.connection()))
        except DatabaseError as error:
            raise Refusal(
                "%(folder)s: копия не читается, лишнее не убрано.", folder=path
            ) from error
        finally:
            copy.dispose()
    return named


def _named_in(connection: Connection) -> Iterator[str]:
    """The files that a backup names, by its own columns: it may be of an older program."""
    for (_, name), columns in inspect(connection).get_multi_columns().items():
        found = {one["name"] for one in columns}
        for one in found:
            if one.endswith(FILE_COLUMN):
                digest = column(one, String())
                wanted = select(digest).select_from(table(name)).where(digest.is_not(None))
                if DESTROYED_COLUMN in found:
                    wanted = wanted.where(column(DESTROYED_COLUMN).is_(None))
                yield from connection.execute(wanted).scalars()
