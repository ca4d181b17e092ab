"""How fast the trail is proved, a move, and growth with the data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from app.audit import record
from app.bridge.trail import Signer, export_chain
from app.cli.bench_rechecks import register
from app.cli.bench_rechecks.rows import fill
from app.cli.bench_trust import surroundings
from app.db import Database
from app.keeping.backup import move
from app.keeping.rows import TableSum
from app.models import AuditChain, FinalPoint
from app.schema import upgrade
from app.settings import Settings
from app.storage import open_store
from app.trailproof import verify

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)


def events_a_second(folder: Path, *, events: int) -> float:
    """Events of a real chain that the stand-alone verifier judges in a second."""
    database = Database(f"sqlite:///{folder / 'trail.db'}")
    upgrade(database)
    with database.transaction() as session:
        for number in range(events):
            record(
                session,
                action="form.released",
                subject_kind="form",
                subject_id=uuid4(),
                by=None,
                at=AT,
                new={"number": number, "rows": 25},
            )
    signer = Signer.of(bytes(range(32)))
    with database.reading() as session:
        chain = session.scalars(select(AuditChain.id)).one()
        lines = list(export_chain(session, chain_id=chain, signer=signer, at=AT))
    database.dispose()
    start = time.perf_counter()
    verdict = verify(lines, key=signer.public_key)
    spent = time.perf_counter() - start
    if verdict.findings or verdict.events != events:
        raise RuntimeError("the trail does not hold")
    return events / spent


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """An installation moved to servers."""

    points: int
    rows: int
    files: int
    seconds: float


def move_to_servers(folder: Path, *, points: int) -> Moved:
    """Move so many final points from SQLite and a folder to PostgreSQL and a bucket.

    Raises:
        Refusal: something differs afterwards, by count or by checksum.
    """
    settings = Settings(data_dir=folder / "embedded")
    settings.data_dir.mkdir(parents=True)
    source, store = Database(settings.database), open_store(settings)
    upgrade(source)
    with source.transaction() as session:
        fill(session, works=points // 10, at=AT)
        kept = session.scalar(select(func.count(FinalPoint.id))) or 0
    with surroundings.on_servers(settings) as servers:
        target = Database(servers.database)
        upgrade(target)
        start = time.perf_counter()
        sums: dict[str, TableSum] = move(
            source, store, target, open_store(servers), progress=lambda _done, _all: None
        )
        spent = time.perf_counter() - start
        target.dispose()
    source.dispose()
    return Moved(
        points=kept,
        rows=sum(table.rows for table in sums.values()),
        files=len(list(store.digests())),
        seconds=spent,
    )


def requests_against_data(folder: Path, *, works: int, repeats: int) -> Iterator[tuple[str, float]]:
    """Each view of the register: its median time with ten times the works, over that with them.

    Both are asked in turns: a shared machine is not as fast in one minute as in the next.
    """
    both = (
        register.measure(folder=folder / name, works=many, at=AT, repeats=repeats)
        for name, many in (("small", works), ("large", 10 * works))
    )
    for (name, small), (_, large) in zip(*both, strict=True):
        yield name, large / small


def reference() -> float:
    """Signatures of Ed25519 that this machine verifies in a second, beside the trail's figure."""
    key = Ed25519PrivateKey.generate()
    signature = key.sign(b"reference")
    start = time.perf_counter()
    for _ in range(500):
        key.public_key().verify(signature, b"reference")
    return 500 / (time.perf_counter() - start)
