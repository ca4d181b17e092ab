"""Old backups go after their terms, with the files that only they name; what stays is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bridge.trail import Signer
from app.db import Database
from app.errors import Refusal
from app.keeping.backup import DATABASE_NAME, make_backup, restore_backup
from app.keeping.thinning import kept, thin_out
from app.schema import upgrade
from app.storage import FileStore
from tests.scoring_world import make_world

SIGNER = Signer.of(bytes(range(32)))
DAY = timedelta(days=1)


def quiet(_done: int, _total: int) -> None:
    pass


def backed_up(database: Database, store: FileStore, folder: Path, *, at: datetime) -> Path:
    return make_backup(database, store, folder, signer=SIGNER, at=at, progress=quiet).folder


def test_two_years_of_nights_leave_thirty_days_and_a_year_of_months() -> None:
    last = datetime(2027, 9, 15, 3, 30, tzinfo=UTC)
    nights = [last - number * DAY for number in range(730)]
    staying = kept(nights, days=30, months=12, at=last)
    assert set(nights[:30]) <= staying
    older = sorted(one for one in staying if one <= last - 30 * DAY)
    assert [(one.year, one.month, one.day) for one in older[:2]] == [(2026, 9, 1), (2026, 10, 1)]
    assert len(older) == 12
    assert kept([last - 900 * DAY], days=1, months=0, at=last) == {last - 900 * DAY}


def test_the_files_that_only_removed_backups_name_go_with_them(
    database: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    with database.transaction() as session:
        make_world(session, at=now, store=store)
    kept_in = tmp_path / "kept"
    old = backed_up(database, store, kept_in, at=now)
    with database.transaction() as session:
        [(gone, file_id)] = session.execute(text("SELECT sha256, id FROM bundle_file")).all()
        fresh = store.put(b"another scan")
        change = text("UPDATE bundle_file SET sha256 = :digest WHERE id = :id")
        session.execute(change, {"digest": fresh, "id": file_id})
    new = backed_up(database, store, kept_in, at=now + 40 * DAY)
    copies = FileStore(kept_in / "files")
    assert (copies.has(gone), copies.has(fresh)) == (True, True)
    assert thin_out(kept_in, days=90, months=0, at=now + 40 * DAY) == (0, 0)
    assert thin_out(kept_in, days=30, months=0, at=now + 40 * DAY) == (1, 1)
    assert (old.exists(), copies.has(gone), copies.has(fresh)) == (False, False, True)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    upgrade(empty)
    restore_backup(new, empty, FileStore(tmp_path / "files"), progress=quiet)


def test_a_backup_of_an_older_program_keeps_its_files_and_one_that_cannot_be_read_stops_all(
    database: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    with database.transaction() as session:
        make_world(session, at=now, store=store)
    folders = [backed_up(database, store, tmp_path, at=now + turn * DAY) for turn in range(3)]
    older = Database(f"sqlite:///{folders[1] / DATABASE_NAME}")
    with older.engine.begin() as connection:
        connection.execute(text("DROP TABLE form_version"))
        held = connection.execute(text("SELECT sha256 FROM bundle_file")).scalars().all()
    older.dispose()
    with database.transaction() as session:
        session.execute(text("UPDATE bundle_file SET sha256 = 'x'"))
    later = now + 3 * DAY
    thin_out(tmp_path, days=2, months=0, at=later - timedelta(hours=1))
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert all(FileStore(tmp_path / "files").has(digest) for digest in held)
    (folders[2] / DATABASE_NAME).write_bytes(b"torn" * 1000)
    with pytest.raises(Refusal, match="не читается"):
        thin_out(tmp_path, days=1, months=0, at=later)
    assert folders[1].exists()
