"""Reading a bundle in the background, and drawing what experts may see of its scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.bridge.scans import Form, get_form
from app.jobs.task import JobLost, Task
from app.models import Bundle
from app.queue import keep
from app.services.anonymisation import draw_script, issue_images, list_scripts_to_draw
from app.services.intake import ReadFile, ReadPage, file_pages
from app.storage import FileStore
from scanning import (
    ChildReader,
    PageTemplate,
    RawPage,
    RejectedFile,
    ScanError,
    code_crop,
    likely_pages,
    read_page,
    upright,
)

PROGRESS_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _FileToRead:
    file_id: UUID
    name: str
    sha256: str
    size_bytes: int


@dataclass(kw_only=True, slots=True)
class _Progress:
    """Tells the job's row how far the reading is, no more than once a second.

    How many pages are to come is guessed before the files are opened; where it cannot be, from
    the share of bytes that is done.
    """

    task: Task
    bytes_total: int
    expected: int | None
    bytes_done: int = 0
    pages_done: int = 0
    told_at: datetime | None = field(default=None)

    def page(self) -> None:
        """One more page is read."""
        self.pages_done += 1
        now = self.task.now()
        if self.told_at is None or now - self.told_at >= PROGRESS_EVERY:
            self.told_at = now
            self.task.progress(self.pages_done, self._total())

    def file(self, size_bytes: int) -> None:
        """One more file is read or refused."""
        self.bytes_done += size_bytes
        self.task.progress(self.pages_done, self._total())

    def _total(self) -> int | None:
        if self.expected is not None:
            return max(self.expected, self.pages_done)
        if not self.bytes_done:
            return None
        share = self.bytes_done / max(self.bytes_total, 1)
        return max(round(self.pages_done / share), self.pages_done)


def read_bundle(task: Task) -> None:
    """Read every file of a bundle, file its pages, draw what experts may see.

    Repeated after a crash it begins anew as long as nothing is filed, and goes on drawing
    afterwards: nothing is doubled.
    """
    bundle_id = UUID(task.lease.payload["bundle_id"])
    with task.database.reading() as session:
        bundle = session.get_one(Bundle, bundle_id)
        form = get_form(session, exam_id=bundle.exam_id)
        is_read = bundle.read_at is not None
        files = [
            _FileToRead(file_id=row.id, name=row.name, sha256=row.sha256, size_bytes=row.size_bytes)
            for row in bundle.files
        ]
    if not is_read:
        _read_and_file(task, bundle_id, form, files)
    with task.database.reading() as session:
        scripts = list_scripts_to_draw(session, bundle_id=bundle_id)
    _draw_scripts(task, scripts)


def _read_and_file(task: Task, bundle_id: UUID, form: Form, files: Sequence[_FileToRead]) -> None:
    progress = _Progress(
        task=task,
        bytes_total=sum(file.size_bytes for file in files),
        expected=_expected(task.store, files),
    )
    with ChildReader() as reader:
        done = [_read_file(task.store, reader, form.template, file, progress) for file in files]
    with task.database.transaction() as session:
        pages = progress.pages_done
        if not keep(session, task.lease, at=task.now(), done=pages, total=pages):
            raise JobLost
        file_pages(
            session, bundle_id=bundle_id, template_id=form.template_id, files=done, at=task.now()
        )


def _expected(store: FileStore, files: Sequence[_FileToRead]) -> int | None:
    """Pages that all files together seem to hold; None when one of them does not tell."""
    counts = [likely_pages(store.path(file.sha256).read_bytes()) for file in files]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _read_file(
    store: FileStore,
    reader: ChildReader,
    template: PageTemplate,
    file: _FileToRead,
    progress: _Progress,
) -> ReadFile:
    """All pages of a file, or why it is refused as a whole."""
    pages = []
    refusal: ScanError | None = None
    try:
        with store.path(file.sha256).open("rb") as source:
            for raw in reader.read(source, name=file.name):
                pages.append(_read_page(store, raw, template))
                progress.page()
    except RejectedFile as rejected:
        refusal = rejected
        progress.pages_done -= len(pages)
        pages = []
    progress.file(file.size_bytes)
    return ReadFile(file_id=file.file_id, pages=tuple(pages), refusal=refusal)


def _read_page(store: FileStore, raw: RawPage, template: PageTemplate) -> ReadPage:
    """Read once; the pixels are let go when the pictures are stored."""
    reading = read_page(raw, [template])
    crop = None if reading.placement is None else store.put(code_crop(raw, reading, template))
    return ReadPage(
        reading=reading,
        image_sha256=store.put(upright(raw, reading, template)),
        code_crop_sha256=crop,
    )


def draw_images(task: Task) -> None:
    """Draw anew what experts may see of scripts whose pages a person has decided."""
    _draw_scripts(task, [UUID(script_id) for script_id in task.lease.payload["script_ids"]])


def _draw_scripts(task: Task, scripts: Sequence[UUID]) -> None:
    """One small transaction a script: a crash loses one script's drawing at most."""
    for script_id in scripts:
        with task.database.reading() as session:
            drawings = draw_script(session, store=task.store, script_id=script_id)
        with task.database.transaction() as session:
            if not keep(session, task.lease, at=task.now()):
                raise JobLost
            issue_images(session, script_id=script_id, drawings=drawings, at=task.now())
