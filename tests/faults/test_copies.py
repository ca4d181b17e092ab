"""Copies taken while people save, and migrations killed in the middle."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.bridge.trail import Signer
from app.cli.bench_rechecks.rows import fill
from app.db import Database
from app.keeping.backup import make_backup, restore_backup
from app.keeping.proof import prove
from app.keeping.rows import sums
from app.schema import downgrade, is_current, upgrade
from app.services import marking
from app.settings import Settings
from app.storage import FileStore
from tests.faults.size import LONG
from tests.scoring_world import make_world

SIGNER = Signer.of(bytes(range(32)))
NOW = datetime(2026, 4, 21, 9, 30, tzinfo=UTC)
COPIES = 10 if LONG else 3
WORKS, MIGRATION_KILLS = (10_000, 20) if LONG else (200, 4)


def quiet(_done: int, _total: int) -> None:
    pass


def test_copies_taken_under_load_start_and_pass_every_proof(
    fresh: Database, settings: Settings, store: FileStore, tmp_path: Path
) -> None:
    with fresh.transaction() as session:
        world = make_world(session, at=NOW, store=store)
        work = world.assign(session, 0, at=NOW)
    ending, saves = threading.Event(), []

    def score() -> None:
        while not ending.is_set():
            turn = len(saves)
            store.put(b"a file of turn %d" % turn)
            with fresh.transaction() as session:
                marking.record_points(
                    session,
                    assignment_id=work,
                    criterion="1",
                    value=turn % 3,
                    save_key=f"k{turn}",
                    based_on=turn,
                    by=world.actors[0],
                    at=NOW + timedelta(seconds=turn),
                )
            saves.append(turn)

    with fresh.transaction() as session:
        marking.open_sheet(session, assignment_id=work, by=world.actors[0], at=NOW)
    scoring = threading.Thread(target=score)
    scoring.start()
    made = []
    try:
        for number in range(COPIES):
            at = NOW + timedelta(minutes=number)
            made.append(
                make_backup(fresh, store, tmp_path / "kept", signer=SIGNER, at=at, progress=quiet)
            )
    finally:
        ending.set()
        scoring.join()
    assert len(saves) > COPIES
    for number, copy in enumerate(made):
        other = Database(f"sqlite:///{tmp_path / f'restored-{number}.db'}")
        upgrade(other)
        files = FileStore(tmp_path / f"files-{number}")
        restore_backup(copy.folder, other, files, progress=quiet)
        assert prove(other, files, signer=SIGNER, at=NOW, progress=quiet).problems == ()
        other.dispose()


def migrate_for_ever(url: str) -> None:
    database = Database(url)
    while True:
        downgrade(database, revision="0001")
        upgrade(database)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_migrations_killed_in_the_middle_leave_the_data_as_it_was(fresh: Database) -> None:
    with fresh.transaction() as session:
        fill(session, works=WORKS, at=NOW)
    before = sums_of(fresh)
    lot = np.random.default_rng(7)
    for _ in range(MIGRATION_KILLS):
        fresh.dispose()
        child = multiprocessing.get_context("fork").Process(
            target=migrate_for_ever, args=(fresh.url,)
        )
        child.start()
        time.sleep(lot.uniform(0.1, 0.8))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        upgrade(fresh)
        assert is_current(fresh)
    assert sums_of(fresh) == before


def sums_of(database: Database) -> object:
    with database.reading() as session:
        return sums(session.connection())
