"""Reading a bundle in the background, and drawing what experts may see of its scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from app.bridge.rereading import ask_to_reread
from app.bridge.scans import (
    Form,
    get_forms,
    issued_codes,
    list_forms,
    list_participants,
    pages_expected,
)
from app.jobs.reading import read_and_keep
from app.jobs.task import JobLost, Task
from app.models import Bundle
from app.queue import keep
from app.services.anonymisation import draw_script, issue_images, list_scripts_to_draw
from app.services.intake import ReadFile, ReadPage, file_pages, reckon_filing
from app.storage import FileStore
from scanning import (
    IssuedCodes,
    PageReading,
    Source,
    identify,
    likely_pages,
    processes_for,
    read_files,
)

PROGRESS_EVERY = timedelta(seconds=1)
# Deciding all that is read so far costs up to two milliseconds a page: done after a quarter more
# pages, it costs some hundredths of the reading.
TALLY_EVERY, TALLY_GROWTH = timedelta(seconds=5), 1.25


@dataclass(frozen=True, kw_only=True, slots=True)
class _FileToRead:
    file_id: UUID
    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Order:
    """What a bundle is read with, and its files."""

    exam_id: UUID
    forms: tuple[Form, ...]
    issued: IssuedCodes
    expected: int | None
    files: tuple[_FileToRead, ...]


@dataclass(kw_only=True, slots=True)
class _Progress:
    """Tells the job's row how far the reading is, no more than once a second.

    How many pages are to come is guessed before the files are opened; where it cannot be, from
    the share of bytes that is done. How many pages seem to be named is told as they stand so far:
    the last word is said over the whole pile.
    """

    task: Task
    order: _Order
    expected: int | None
    bytes_done: int = 0
    refused: int = 0
    readings: list[PageReading] = field(default_factory=list)
    told_at: datetime | None = field(default=None)
    tallied_at: datetime | None = field(default=None)
    tallied: int = 0
    tally: dict[str, int] = field(default_factory=dict)

    def page(self, reading: PageReading) -> None:
        """One more page is read."""
        self.readings.append(reading)
        now = self.task.now()
        if self.told_at is None or now - self.told_at >= PROGRESS_EVERY:
            self.told_at = now
            self._tell(now)

    def file(self, file: _FileToRead, *, refused_pages: int | None) -> None:
        """One more file is read, or refused after so many of its pages."""
        self.bytes_done += file.size_bytes
        if refused_pages is not None:
            self.refused += 1
            del self.readings[len(self.readings) - refused_pages :]
        self._tell(self.task.now())

    def _tell(self, now: datetime) -> None:
        due = self.tallied_at is None or now - self.tallied_at >= TALLY_EVERY
        if due and len(self.readings) >= TALLY_GROWTH * self.tallied:
            self.tallied_at, self.tallied = now, len(self.readings)
            self.tally = _tally(self.readings, self.order)
        tally = {**self.tally, "refused": self.refused}
        self.task.progress(len(self.readings), self._total(), tally=tally)

    def _total(self) -> int | None:
        done = len(self.readings)
        if self.expected is not None:
            return max(self.expected, done)
        if not self.bytes_done:
            return None
        share = self.bytes_done / max(sum(file.size_bytes for file in self.order.files), 1)
        return max(round(done / share), done)


def _tally(readings: Sequence[PageReading], order: _Order) -> dict[str, int]:
    """How many of the pages read so far are named, and how many would wait for a person."""
    verdicts = identify(readings, order.issued, pages_expected=order.expected)
    return {
        "named": sum(1 for verdict in verdicts if verdict.code is not None),
        "waiting": sum(1 for verdict in verdicts if verdict.needs_person),
    }


def read_bundle(task: Task) -> None:
    """Read every file of a bundle, file its pages, draw what experts may see.

    Repeated after a crash it begins anew as long as nothing is filed, and goes on drawing
    afterwards: nothing is doubled.
    """
    bundle_id = UUID(task.lease.payload["bundle_id"])
    with task.database.reading() as session:
        bundle = session.get_one(Bundle, bundle_id)
        order = _order(session, bundle)
        is_read = bundle.read_at is not None
    if not is_read:
        _read_and_file(task, bundle_id, order)
    with task.database.reading() as session:
        scripts = list_scripts_to_draw(session, bundle_id=bundle_id)
    draw_scripts(task, scripts)


def _order(session: Session, bundle: Bundle) -> _Order:
    forms = get_forms(session, exam_id=bundle.exam_id)
    people = list_participants(
        session, exam=bundle.exam, school_id=bundle.school_id, class_id=bundle.class_id
    )
    return _Order(
        exam_id=bundle.exam_id,
        forms=forms,
        issued=issued_codes(people),
        expected=pages_expected(bundle.exam, forms),
        files=tuple(
            _FileToRead(file_id=row.id, name=row.name, sha256=row.sha256, size_bytes=row.size_bytes)
            for row in bundle.files
        ),
    )


def _read_and_file(task: Task, bundle_id: UUID, order: _Order) -> None:
    progress = _Progress(task=task, order=order, expected=_expected(task.store, order.files))
    task.database.dispose()  # those who read must not share its connections
    done = _read_files(task.store, order, progress)
    with task.database.reading() as session:
        ahead = reckon_filing(session, bundle_id=bundle_id, files=done)
    with task.database.transaction() as session:
        pages, now = len(progress.readings), task.now()
        if not keep(session, task.lease, at=now, done=pages, total=pages):
            raise JobLost
        file_pages(session, bundle_id=bundle_id, files=done, at=now, ahead=ahead)
        newest = list_forms(session, exam_id=order.exam_id)
        if newest and newest != order.forms:  # a form was drawn while the pile was being read
            latest = max(newest, key=lambda form: form.version)
            ask_to_reread(session, exam_id=order.exam_id, template_id=latest.template_id, at=now)


def _expected(store: FileStore, files: Sequence[_FileToRead]) -> int | None:
    """Pages that all files together seem to hold; None when one of them does not tell."""
    counts = [likely_pages(store.get(file.sha256)) for file in files]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _read_files(store: FileStore, order: _Order, progress: _Progress) -> list[ReadFile]:
    """All pages of every file, or why the file is refused as a whole."""
    sources = [Source(name=file.name, opened=partial(_opened, store, file)) for file in order.files]
    done: list[ReadFile] = []
    pages: list[ReadPage] = []
    for told in read_files(
        sources,
        lambda _, raw: read_and_keep(store, raw, order.forms),
        processes=processes_for(progress.expected),
    ):
        if told.result is not None:
            pages.append(told.result)
            progress.page(told.result.reading)
            continue
        file, refusal = order.files[told.file], told.refusal
        progress.file(file, refused_pages=None if refusal is None else len(pages))
        kept = tuple(pages) if refusal is None else ()
        done.append(ReadFile(file_id=file.file_id, pages=kept, refusal=refusal))
        pages = []
    return done


def _opened(store: FileStore, file: _FileToRead) -> BinaryIO:
    return store.open(file.sha256)


def draw_images(task: Task) -> None:
    """Draw anew what experts may see of scripts whose pages a person has decided."""
    draw_scripts(task, [UUID(script_id) for script_id in task.lease.payload["script_ids"]])


def draw_scripts(task: Task, scripts: Sequence[UUID]) -> None:
    """Draw what scripts lack in one small transaction a script: a crash loses one at most."""
    for script_id in scripts:
        with task.database.reading() as session:
            drawings = draw_script(session, store=task.store, script_id=script_id)
        with task.database.transaction() as session:
            if not keep(session, task.lease, at=task.now()):
                raise JobLost
            issue_images(session, script_id=script_id, drawings=drawings, at=task.now())
