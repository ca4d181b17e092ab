"""What the form of results asks besides points: variant, absence, previous mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.entries import line_state, stored_state
from app.bridge.places import get_place
from app.bridge.scans import list_participants
from app.bridge.scripts import who_has_pages
from app.errors import NotYours, Refusal, Stale
from app.models import Exam, ExamEntry, Participant

LEAST_MARK, BEST_MARK = 2, 5
MOST_VARIANT = 99


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One participant's line.

    Attributes:
        seen: the line as it stood before the person who typed; None where nobody looked first.
    """

    participant_id: UUID
    variant: int | None
    absent: bool
    previous_mark: int | None
    seen: str | None = None

    @property
    def state(self) -> str:
        """The line as one text."""
        return line_state(
            variant=self.variant, absent=self.absent, previous_mark=self.previous_mark
        )


class BadCell(Refusal):
    """A cell that does not fit; it names itself, so that the page can mark it."""

    def __init__(self, participant_id: UUID, cell: str, text: str, **params: object) -> None:
        super().__init__(text, **params)
        self.participant_id = participant_id
        self.cell = cell


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
        BadCell: a value is out of range, or an absent participant has a script.
        Stale: lines were changed since they were seen; all of them are named.
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
    written = who_has_pages(session, exam_id=exam_id)
    for entry in entries:
        if entry.participant_id not in people:
            raise NotYours
        _check(entry, people[entry.participant_id], has_script=entry.participant_id in written)
    _check_seen(entries, kept, people)
    return sum(
        _keep(session, exam, school_id, entry, kept.get(entry.participant_id), by=by, at=at)
        for entry in entries
    )


def _kept(session: Session, *, exam_id: UUID) -> dict[UUID, ExamEntry]:
    """The rows of the exam, kept from others until this transaction ends."""
    query = select(ExamEntry).where(ExamEntry.exam_id == exam_id).order_by(ExamEntry.id)
    return {row.participant_id: row for row in session.scalars(query.with_for_update())}


def _check_seen(
    entries: Sequence[Entry],
    kept: Mapping[UUID, ExamEntry],
    people: Mapping[UUID, Participant],
) -> None:
    """Nobody's line is overwritten unseen; who typed the very same is not disturbed."""
    overtaken = [
        people[entry.participant_id].code
        for entry in entries
        if entry.seen is not None
        and stored_state(kept.get(entry.participant_id)) not in (entry.seen, entry.state)
    ]
    if overtaken:
        raise Stale(
            "Пока вы заполняли таблицу, эти строки изменил кто-то другой: %(codes)s. Ваши значения"
            " остались в таблице, но не сохранены: проверьте их и сохраните ещё раз.",
            codes=", ".join(overtaken),
        )


def _check(entry: Entry, person: Participant, *, has_script: bool) -> None:
    if entry.variant is not None and not 1 <= entry.variant <= MOST_VARIANT:
        raise BadCell(
            person.id,
            "variant",
            "Код %(code)s: вариант %(value)s не подходит, нужно число от 1 до 99.",
            code=person.code,
            value=entry.variant,
        )
    mark = entry.previous_mark
    if mark is not None and not LEAST_MARK <= mark <= BEST_MARK:
        raise BadCell(
            person.id,
            "mark",
            "Код %(code)s: отметка %(value)s не подходит, нужно число от 2 до 5.",
            code=person.code,
            value=mark,
        )
    if entry.absent and entry.variant is not None:
        raise BadCell(
            person.id, "absent", "Код %(code)s: у отсутствующего нет варианта.", code=person.code
        )
    if entry.absent and has_script:
        raise BadCell(
            person.id,
            "absent",
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
