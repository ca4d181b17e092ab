"""A work that cannot be scored as it is: set aside by its expert, answered by the coordinator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.desk import check_writable, find_sheet, get_own_assignment
from app.bridge.troubles import asks_whether_empty
from app.errors import NotYours, Refusal
from app.finals import find_final, hold_script
from app.models import Assignment, Trouble, TroubleKind

LONGEST_NOTE = 500


def set_aside(
    session: Session,
    *,
    assignment_id: UUID,
    kind: TroubleKind,
    note: str,
    by: Actor,
    at: datetime,
) -> Trouble:
    """Take the work out of the expert's queue until the coordinator answers.

    Setting aside what is aside already changes nothing.

    Raises:
        NotYours: the assignment is not his.
        Refusal: the note is too long, or the work is handed in already.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_writable(session, assignment, at=at)
    sheet = find_sheet(session, assignment.id)
    if sheet is not None and sheet.submitted_at is not None:
        raise Refusal("Работа уже сдана: сначала верните её в работу.")
    if len(note) > LONGEST_NOTE:
        raise Refusal("Заметка длиннее %(limit)s знаков.", limit=LONGEST_NOTE)
    standing = find_open_trouble(session, assignment.id)
    if standing is not None:
        return standing
    made = Trouble(
        assignment=assignment, kind=kind, note=note, raised_at=at, raised_by_id=by.person_id
    )
    session.add(made)
    session.flush()
    _trace(session, made, action="work.set_aside", by=by, at=at)
    return made


def resolve(session: Session, *, trouble_id: UUID, answer: str, by: Actor, at: datetime) -> None:
    """Give the work back to its expert, with the coordinator's words.

    A work that was handed in as empty is opened again: he is to look once more.

    Raises:
        NotYours: there is no such work, or it lies in another municipality.
    """
    found = session.get(Trouble, trouble_id, with_for_update=True)
    if found is None:
        raise NotYours
    exam = found.assignment.script.exam
    by.require(Permission.CHOOSE_SCHEME, municipality_id=exam.campaign.municipality_id)
    if found.resolved_at is not None:
        return
    if asks_whether_empty(session, found):
        _open_again(session, found.assignment)
    found.resolved_at, found.resolved_by_id, found.answer = at, by.person_id, answer
    _trace(session, found, action="work.given_back", by=by, at=at)


def _open_again(session: Session, assignment: Assignment) -> None:
    """The sheet is not handed in any more; one whose script is settled stays as it is."""
    hold_script(session, assignment.script_id)
    sheet = find_sheet(session, assignment.id)
    if sheet is not None and find_final(session, assignment.script_id) is None:
        sheet.submitted_at = None
        session.flush()


def find_open_trouble(session: Session, assignment_id: UUID) -> Trouble | None:
    """Why the work is set aside, while it is."""
    return session.scalar(
        select(Trouble).where(Trouble.assignment_id == assignment_id, Trouble.resolved_at.is_(None))
    )


def _trace(session: Session, trouble: Trouble, *, action: str, by: Actor, at: datetime) -> None:
    assignment: Assignment = trouble.assignment
    audit.record_about(
        session,
        assignment,
        action,
        by=by,
        at=at,
        new={"kind": trouble.kind.value, "note": trouble.note, "answer": trouble.answer},
    )
