"""What a version of a school's form says otherwise than the one before it, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.exchange.federal_form import FormTitle, read_form
from app.models import Exam, FormVersion
from app.queries.form_comparison import cells_of
from app.queries.results import FormLine, form_line, get_form
from app.storage import FileStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One cell that changed between two versions.

    Attributes:
        code: the participant's code.
        column: what the column holds; empty for a participant who came or went.
        before: what the earlier version says; None when the participant is not in it.
        after: what the later version says; None when the participant is not in it.
    """

    code: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDifference:
    """A version of the form against the one before.

    Attributes:
        form: the version.
        before: the version before it.
        subject: the exam's subject.
        grade: the exam's year of school.
        changes: the cells that changed, in the order of codes.
    """

    form: FormLine
    before: FormLine
    subject: str
    grade: int
    changes: tuple[Change, ...]


def get_difference(
    session: Session, *, version_id: UUID, store: FileStore, by: Actor
) -> VersionDifference:
    """What a version changes, read back from both stored files.

    Raises:
        NotYours: the form is another school's, or has no version before it.
    """
    form = get_form(session, version_id=version_id, by=by)
    before = session.scalar(
        select(FormVersion).where(
            FormVersion.exam_id == form.exam_id,
            FormVersion.school_id == form.school_id,
            FormVersion.number == form.number - 1,
        )
    )
    if before is None:
        raise NotYours
    exam = session.get_one(Exam, form.exam_id)
    title = FormTitle(subject=exam.subject, grade=exam.grade, year=exam.campaign.year)
    old, new = (_rows(store, one, title) for one in (before.sha256, form.sha256))
    return VersionDifference(
        form=form,
        before=form_line(before),
        subject=exam.subject,
        grade=exam.grade,
        changes=tuple(_changes(old, new)),
    )


def _rows(store: FileStore, sha256: str, title: FormTitle) -> Mapping[str, Mapping[str, str]]:
    form = read_form(store.get(sha256), title=title)
    return {row.code: cells_of(row) for row in form.rows}


def _changes(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    for code in sorted({*old, *new}):
        if code not in old or code not in new:
            yield Change(
                code=code,
                column="",
                before=code if code in old else None,
                after=code if code in new else None,
            )
            continue
        for column in dict.fromkeys((*old[code], *new[code])):
            before, after = old[code].get(column, ""), new[code].get(column, "")
            if before != after:
                yield Change(code=code, column=column, before=before, after=after)
