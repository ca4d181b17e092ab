"""Whether an installation is whole: its database, its files, its pages, its trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.bridge.trail import Signer, export_chain, list_chains
from app.db import Database
from app.errors import Refusal
from app.keeping.files import named_files, trouble_with
from app.models import BundleFile, FileOutcome, Page
from app.storage import FileStore
from app.trailproof import verify

# What was stored this recently may belong to a row that is being written now.
SETTLED_AFTER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What was looked at, and what does not hold."""

    files: int
    events: int
    problems: tuple[Refusal, ...]


def prove(
    database: Database,
    store: FileStore,
    *,
    signer: Signer,
    at: datetime,
    progress: Callable[[int, int], None],
) -> Proof:
    """Look at everything, over one snapshot of the database."""
    with database.reading() as session:
        problems = [*_database_problems(session), *_page_problems(session)]
        events, broken = _trail_problems(session, signer=signer, at=at)
        files = tuple(named_files(session.connection()))
    for done, digest in enumerate(files):
        progress(done, len(files))
        trouble = trouble_with(store, digest)
        if trouble is not None:
            problems.append(Refusal("Файл %(file)s: %(trouble)s.", file=digest, trouble=trouble))
    progress(len(files), len(files))
    return Proof(files=len(files), events=events, problems=(*problems, *broken))


def sweep(database: Database, store: FileStore, *, at: datetime) -> int:
    """Remove unfinished writes, and files that no row names; how many there were.

    What is younger than a day stays: its row may be on the way.
    """
    moment = (at - SETTLED_AFTER).timestamp()
    dropped = store.drop_leftovers(older_than=moment)
    settled = list(store.settled(moment=moment))
    with database.reading() as session:
        named = set(named_files(session.connection()))
    for digest in settled:
        if digest not in named:
            dropped += store.drop(digest, older_than=moment)
    return dropped


def _database_problems(session: Session) -> Iterator[Refusal]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for line in session.execute(text("PRAGMA integrity_check")).scalars():
        if line != "ok":
            yield Refusal("База данных повреждена: %(line)s.", line=line)
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield Refusal("Таблица %(table)s: строка ссылается на то, чего нет.", table=row[0])


def _page_problems(session: Session) -> Iterator[Refusal]:
    """Pages in = pages accepted, refused and waiting, for every file."""
    filed = func.count(Page.id)
    query = (
        select(BundleFile.id, BundleFile.pages, filed)
        .outerjoin(Page, Page.file_id == BundleFile.id)
        .where(BundleFile.outcome == FileOutcome.OK)
        .group_by(BundleFile.id, BundleFile.pages)
        .having(filed != BundleFile.pages)
    )
    for file_id, expected, found in session.execute(query):
        yield Refusal(
            "Файл пачки %(file)s: страниц %(expected)s, а учтено %(found)s.",
            file=file_id,
            expected=expected,
            found=found,
        )


def _trail_problems(
    session: Session, *, signer: Signer, at: datetime
) -> tuple[int, tuple[Refusal, ...]]:
    events, problems = 0, []
    for chain_id in list_chains(session):
        lines = export_chain(session, chain_id=chain_id, signer=signer, at=at)
        verdict = verify(lines, key=signer.public_key)
        events += verdict.events
        problems += [
            Refusal("Журнал, цепочка %(chain)s: %(finding)s.", chain=chain_id, finding=finding)
            for finding in verdict.findings
        ]
    return events, tuple(problems)
