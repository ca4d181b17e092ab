"""What the form of results asks besides points: variant, absence, previous mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.places import get_place
from app.bridge.scans import list_participants
from app.errors import NotYours, Refusal
from app.models import Exam, ExamEntry, Page, Participant, Script

LEAST_MARK, BEST_MARK = 2, 5
MOST_VARIANT = 99


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One participant's line."""

    participant_id: UUID
    variant: int | None
    absent: bool
    previous_mark: int | None


def record_entries(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    entries: Sequence[Entry],
    by: Actor,
    at: datetime,
) -> int:
    """Keep the lines of participants; how many changed.

    Raises:
        NotYours: the school or a participant is not his.
        Refusal: a value is out of range, or an absent participant has a script.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.DECIDE_PAGES,
        by=by,
    )
    people = {
        person.id: person
        for person in list_participants(session, exam=exam, school_id=school_id, class_id=None)
    }
    kept = _kept(session, exam_id=exam_id)
    written = _with_script(session, exam_id=exam_id)
    changed = 0
    for entry in entries:
        if entry.participant_id not in people:
            raise NotYours
        _check(entry, people[entry.participant_id], has_script=entry.participant_id in written)
        row = kept.get(entry.participant_id)
        changed += _keep(session, exam, school_id, entry, row, by=by, at=at)
    return changed


def _kept(session: Session, *, exam_id: UUID) -> dict[UUID, ExamEntry]:
    rows = session.scalars(select(ExamEntry).where(ExamEntry.exam_id == exam_id))
    return {row.participant_id: row for row in rows}


def _with_script(session: Session, *, exam_id: UUID) -> set[UUID]:
    query = (
        select(Script.participant_id)
        .join(Page, Page.script_id == Script.id)
        .where(Script.exam_id == exam_id)
    )
    return set(session.scalars(query))


def _check(entry: Entry, person: Participant, *, has_script: bool) -> None:
    if entry.variant is not None and not 1 <= entry.variant <= MOST_VARIANT:
        raise Refusal(
            "Код %(code)s: вариант %(value)s не подходит, нужно число от 1 до 99.",
            code=person.code,
            value=entry.variant,
        )
    mark = entry.previous_mark
    if mark is not None and not LEAST_MARK <= mark <= BEST_MARK:
        raise Refusal(
            "Код %(code)s: отметка %(value)s не подходит, нужно число от 2 до 5.",
            code=person.code,
            value=mark,
        )
    if entry.absent and entry.variant is not None:
        raise Refusal("Код %(code)s: у отсутствующего нет варианта.", code=person.code)
    if entry.absent and has_script:
        raise Refusal(
            "Код %(code)s: участник отмечен отсутствующим, но страницы его работы есть.",
            code=person.code,
        )


def _keep(
    session: Session,
    exam: Exam,
    school_id: UUID,
    entry: Entry,
    row: ExamEntry | None,
    *,
    by: Actor,
    at: datetime,
) -> bool:
    new = {"variant": entry.variant, "absent": entry.absent, "previous_mark": entry.previous_mark}
    old = {"variant": None, "absent": False, "previous_mark": None}
    if row is not None:
        old = {name: getattr(row, name) for name in new}
    if new == old:
        return False
    if row is None:
        row = ExamEntry(exam_id=exam.id, participant_id=entry.participant_id)
        session.add(row)
    row.variant, row.absent, row.previous_mark = entry.variant, entry.absent, entry.previous_mark
    session.flush()
    record(
        session,
        action="entry.changed",
        subject_kind="exam_entry",
        subject_id=row.id,
        by=by,
        at=at,
        school_id=school_id,
        exam_id=exam.id,
        old=old,
        new=new,
    )
    return True
