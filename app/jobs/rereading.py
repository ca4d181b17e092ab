"""A new form was drawn: what nobody has placed yet is read once more, from the kept files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from app.bridge.rereading import list_pages_to_reread
from app.bridge.scans import Form, get_forms
from app.jobs.reading import read_file
from app.jobs.scans import draw_scripts
from app.jobs.task import JobLost, Task
from app.models import Bundle
from app.queue import keep
from app.services.anonymisation import list_scripts_to_draw
from app.services.intake import ReadAgain, reckon_refiling, refile_pages
from scanning import ChildReader


@dataclass(kw_only=True, slots=True)
class _Wanted:
    """A file, and which of its pages are read anew: place -> page and its version."""

    name: str
    sha256: str
    pages: dict[int, tuple[UUID, int]] = field(default_factory=dict)


def reread_pages(task: Task) -> None:
    """Read a bundle's waiting pages with the newest forms, decide them, draw what experts see.

    Images that show a script by an older version of its form are drawn anew as well.
    """
    bundle_id = UUID(task.lease.payload["bundle_id"])
    with task.database.reading() as session:
        forms = get_forms(session, exam_id=session.get_one(Bundle, bundle_id).exam_id)
        files = _wanted(session, bundle_id)
    again = _read(task, forms, files)
    with task.database.reading() as session:
        ahead = reckon_refiling(session, bundle_id=bundle_id, pages=again)
    with task.database.transaction() as session:
        if not keep(session, task.lease, at=task.now(), done=len(again)):
            raise JobLost
        refile_pages(session, bundle_id=bundle_id, pages=again, at=task.now(), ahead=ahead)
    with task.database.reading() as session:
        scripts = list_scripts_to_draw(session, bundle_id=bundle_id)
    draw_scripts(task, scripts)


def _wanted(session: Session, bundle_id: UUID) -> list[_Wanted]:
    files: dict[UUID, _Wanted] = {}
    for page in list_pages_to_reread(session, bundle_id=bundle_id):
        fresh = _Wanted(name=page.file.name, sha256=page.file.sha256)
        files.setdefault(page.file_id, fresh).pages[page.index] = (page.id, page.version)
    return list(files.values())


def _read(task: Task, forms: Sequence[Form], files: Sequence[_Wanted]) -> list[ReadAgain]:
    total = sum(len(one.pages) for one in files)
    again: list[ReadAgain] = []
    with ChildReader() as reader:
        for one in files:
            for place, read in read_file(
                task.store, reader, forms, sha256=one.sha256, name=one.name, only=one.pages
            ):
                page_id, version = one.pages[place]
                again.append(ReadAgain(page_id=page_id, version=version, read=read))
                task.progress(len(again), total)
    return again
