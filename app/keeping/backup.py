"""A backup: one consistent moment of the database as a SQLite file, and the files it names.

Rows first, files after: a file is stored before the row that names it, so everything that the
rows name is there. Files lie beside all backups of a folder, once each.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import moment
from app.bridge.trail import Signer, sign_head
from app.db import Database
from app.errors import Refusal
from app.keeping.files import named_files, trouble_with
from app.keeping.rows import TableSum, copy_rows, is_empty, sums
from app.models import AuditChain
from app.schema import is_current, missing_column, upgrade
from app.storage import FileStore

FORMAT = "sverka-backup/1"
DATABASE_NAME = "sverka.db"
MANIFEST_NAME = "manifest.json"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A backup that was made, or read."""

    folder: Path
    made_at: str
    tables: dict[str, TableSum]
    files: int

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables.values())


def make_backup(
    database: Database,
    store: FileStore,
    folder: Path,
    *,
    signer: Signer,
    at: datetime,
    progress: Progress,
) -> Backup:
    """Write a backup to a new folder inside `folder`; it has its name only when it is whole.

    Raises:
        Refusal: a file that a row names is missing or spoilt.
        OSError: the folder cannot be written.
    """
    name = at.strftime("%Y%m%dT%H%M%SZ")
    part = folder / f"{name}.part"
    part.mkdir(parents=True)
    with database.reading() as session:
        copy = Database(f"sqlite:///{part / DATABASE_NAME}")
        upgrade(copy)
        with copy.transaction() as target:
            copy_rows(session.connection(), target.connection())
        heads = _signed_heads(session, signer=signer, at=at)
    with copy.reading() as session:
        tables = sums(session.connection())
        files = tuple(named_files(session.connection()))
    copy.dispose()
    copy_files(store, FileStore(folder / "files"), files, progress=progress)
    manifest = {
        "format": FORMAT,
        "made_at": moment(at),
        "tables": {table: asdict(found) for table, found in tables.items()},
        "files": len(files),
        "public_key": signer.public_key,
        "checkpoints": heads,
    }
    _write_durably(part / MANIFEST_NAME, json.dumps(manifest, indent=1))
    part.rename(folder / name)
    _sync(folder)
    return Backup(folder=folder / name, made_at=moment(at), tables=tables, files=len(files))


def _write_durably(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _signed_heads(session: Session, *, signer: Signer, at: datetime) -> list[dict[str, object]]:
    chains = session.scalars(select(AuditChain.id).order_by(AuditChain.id))
    return [sign_head(session, chain_id=chain, signer=signer, at=at) for chain in chains]


def copy_files(
    source: FileStore, target: FileStore, digests: tuple[str, ...], *, progress: Progress
) -> None:
    """Copy the files that the target does not have.

    Raises:
        Refusal: one is missing or spoilt.
    """
    for done, digest in enumerate(digests):
        progress(done, len(digests))
        if target.has(digest):
            continue
        trouble = trouble_with(source, digest)
        if trouble is not None:
            raise Refusal("Файл %(file)s: %(trouble)s.", file=digest, trouble=trouble)
        target.put(source.get(digest))
    progress(len(digests), len(digests))


def read_backup(folder: Path) -> Backup:
    """What a backup says of itself.

    Raises:
        Refusal: the folder holds no backup of this program.
    """
    try:
        manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise Refusal("%(folder)s: другой вид копии.", folder=folder)
        tables = {name: TableSum(**found) for name, found in manifest["tables"].items()}
        return Backup(
            folder=folder, made_at=manifest["made_at"], tables=tables, files=manifest["files"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "%(folder)s: здесь нет целой резервной копии (%(error)s).", folder=folder, error=error
        ) from error


def restore_backup(
    folder: Path, database: Database, store: FileStore, *, progress: Progress
) -> Backup:
    """Put a backup into an empty installation, in one transaction, and compare every table.

    Raises:
        Refusal: the installation holds rows, or the backup is not whole.
    """
    backup = read_backup(folder)
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise Refusal("%(folder)s: в копии нет файла %(name)s.", folder=folder, name=path.name)
    copy = Database(f"sqlite:///{path}")
    try:
        if not is_current(copy) or missing_column(copy):
            raise Refusal("Копия сделана другой версией программы: восстановите её той версией.")
        return _restore(backup, copy, database, store, progress=progress)
    finally:
        copy.dispose()


def _restore(
    backup: Backup, copy: Database, database: Database, store: FileStore, *, progress: Progress
) -> Backup:
    with database.reading() as session:
        _check_empty(session)
    with copy.reading() as source:
        _compare(sums(source.connection()), backup.tables)
        files = tuple(named_files(source.connection()))
        copy_files(FileStore(backup.folder.parent / "files"), store, files, progress=progress)
        with database.transaction() as session:
            _check_empty(session)
            copy_rows(source.connection(), session.connection())
            _compare(sums(session.connection()), backup.tables)
    return backup


def _check_empty(target: Session) -> None:
    """Before any file is copied, so that nothing is added to an installation that lives."""
    if not is_empty(target.connection()):
        raise Refusal("Там уже есть данные: восстанавливают и переносят в пустую установку.")


def _compare(found: dict[str, TableSum], expected: dict[str, TableSum]) -> None:
    for table in sorted(found.keys() | expected.keys()):
        if found.get(table) != expected.get(table):
            raise Refusal("Таблица %(table)s в копии не та, что была записана.", table=table)


def move(
    source: Database,
    source_store: FileStore,
    target: Database,
    target_store: FileStore,
    *,
    progress: Progress,
) -> dict[str, TableSum]:
    """Copy an installation to another database and store, and compare every row and file.

    Raises:
        Refusal: the target holds rows, or something differs.
    """
    with target.reading() as into:
        _check_empty(into)
    with source.reading() as session:
        files = tuple(named_files(session.connection()))
        copy_files(source_store, target_store, files, progress=progress)
        _compare_files(target_store, files)
        with target.transaction() as into:
            _check_empty(into)
            copy_rows(session.connection(), into.connection())
            before = sums(session.connection())
            _compare(sums(into.connection()), before)
    return before


def _compare_files(store: FileStore, digests: tuple[str, ...]) -> None:
    for digest in digests:
        trouble = trouble_with(store, digest)
        if trouble is not None:
            raise Refusal("Файл %(file)s: %(trouble)s.", file=digest, trouble=trouble)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder of backups: a second one at the same time would sweep the first away.

    Raises:
        Refusal: another backup is being written there.
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Refusal("%(folder)s: здесь уже пишется другая копия.", folder=folder) from error


def drop_unfinished(folder: Path) -> None:
    """Remove what an interrupted backup left behind."""
    for part in folder.glob("????????T??????Z.part/"):
        shutil.rmtree(part)
