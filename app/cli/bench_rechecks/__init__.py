"""The benchmark of rechecks: a list of works handed over to the commission and given to readers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from app.access import Role
from app.cli.bench_rechecks import register
from app.cli.bench_rechecks.rows import Made, fill
from app.db import Database
from app.models import Ground, Method
from app.schema import upgrade
from app.services import rechecks
from app.services.rechecks import Opening, Planned
from app.storage import FileStore

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)
MOST_SECONDS = 5.0


def run(*, quick: bool) -> None:
    """Hand 1,000 works over, each to one member, then 1,000 to two; a register of 10,000."""
    works = 100 if quick else 1_000
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        upgrade(database)
        with database.transaction() as session:
            made = fill(session, works=2 * works, at=AT)
        _measure(database, FileStore(Path(folder) / "files"), made)
        database.dispose()
        _measure_register(Path(folder), works=10 * works, repeats=3 if quick else 7)


def _measure_register(folder: Path, *, works: int, repeats: int) -> None:
    for name, spent in register.measure(folder=folder, works=works, at=AT, repeats=repeats):
        must = f"must be <= {register.MOST_MILLISECONDS}"
        _say(f"register of {works} cases, {name}", f"{spent:.0f} ms", must)


def _measure(database: Database, store: FileStore, made: Made) -> None:
    half = len(made.scripts) // 2
    lists = {Method.BLIND: made.scripts[:half], Method.TWO_BLIND: made.scripts[half:]}
    for method, scripts in lists.items():
        start = time.perf_counter()
        handover_id = _open(database, store, made, scripts, method)
        opened = time.perf_counter()
        planned = _plan(database, made, handover_id)
        spent = time.perf_counter() - start
        name = method.value
        _say(f"{name}: {len(scripts)} works handed over, act drawn", f"{opened - start:.2f} s", "")
        _say(f"{name}: {planned.given} readings given, missing", f"{planned.missing}", "must be 0")
        _say(f"{name}: opened and planned", f"{spent:.2f} s", f"must be <= {MOST_SECONDS}")


def _open(
    database: Database, store: FileStore, made: Made, scripts: Sequence[UUID], method: Method
) -> UUID:
    opening = Opening(
        ground=Ground.SELECTIVE,
        reason="Выше среднего по школе.",
        received_on=AT.date(),
        method=method,
    )
    with database.transaction() as session:
        opened = rechecks.hand_over(
            session,
            store=store,
            script_ids=scripts,
            opening=opening,
            by=made.actor(Role.MUNICIPAL_COORDINATOR),
            at=AT,
        )
        return opened.handover.id


def _plan(database: Database, made: Made, handover_id: UUID) -> Planned:
    with database.transaction() as session:
        return rechecks.plan_readers(
            session,
            handover_id=handover_id,
            by=made.actor(Role.MUNICIPAL_COORDINATOR),
            at=AT,
        )


def _say(figure: str, value: str, must: str) -> None:
    click.echo(f"{figure:<52}{value:>22}   {must}")
