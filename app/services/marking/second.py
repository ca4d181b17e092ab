"""A reading more than planned: a second opinion on an unusual answer, or on an empty work."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.readers import pick_reader
from app.bridge.troubles import find_second
from app.errors import NotYours
from app.models import BLIND, Assignment, Round, Script, Trouble, TroubleKind
from app.services.marking.third import give_reading
from assignment import Picked
from scoring import NotAttempted, ScoreSheet

ANSWER = "Другой эксперт проверил эту работу независимо. Поставьте баллы по своему суждению."
EMPTY = "Работа предположительно пустая: нужна вторая проверка."


def call_second(session: Session, *, trouble_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """Give a work with an unusual answer to one more expert, who scores it blind.

    The expert who asked may call, and so may the coordinator when nobody was found at first.

    Returns:
        The new reading, or one called before; None when nobody fits, or the work is no first
        reading: then the coordinator answers.

    Raises:
        NotYours: there is no such question, or it is another's.
    """
    asked = session.get(Trouble, trouble_id, with_for_update=True)
    if asked is None or asked.kind is not TroubleKind.SECOND_OPINION:
        raise NotYours
    script = asked.assignment.script
    if asked.assignment.round not in BLIND:
        return None
    if asked.raised_by_id != by.person_id:
        place = script.exam.campaign.municipality_id
        by.require(Permission.CHOOSE_SCHEME, municipality_id=place)
    given = find_second(session, asked)
    return given or _call(session, script, by=by, at=at)


def looks_empty(sheet: ScoreSheet) -> bool:
    """Whether its expert says that nothing was attempted."""
    return all(isinstance(value, NotAttempted) for value in sheet.points.values())


def confirm_empty(session: Session, assignment: Assignment, *, by: Actor, at: datetime) -> None:
    """Nobody alone calls a work empty: one more expert is asked, or the coordinator."""
    if _call(session, assignment.script, by=by, at=at) is None:
        session.add(
            Trouble(
                assignment=assignment,
                kind=TroubleKind.SECOND_OPINION,
                note=EMPTY,
                raised_at=at,
                raised_by_id=by.person_id,
            )
        )
        session.flush()


def answer_opinions(session: Session, reading: Assignment, *, by: Actor, at: datetime) -> None:
    """A second opinion is given: the work comes back to whoever asked for it."""
    query = (
        select(Trouble)
        .join(Assignment, Assignment.id == Trouble.assignment_id)
        .where(
            Assignment.script_id == reading.script_id,
            Assignment.id != reading.id,
            Trouble.kind == TroubleKind.SECOND_OPINION,
            Trouble.resolved_at.is_(None),
            Trouble.raised_at <= reading.created_at,
        )
    )
    for asked in session.scalars(query):
        asked.resolved_at, asked.resolved_by_id, asked.answer = at, by.person_id, ANSWER
        _trace(session, asked.assignment.script, "work.given_back", by=by, at=at)


def _call(session: Session, script: Script, *, by: Actor, at: datetime) -> UUID | None:
    place = _free_place(session, script)
    picked = pick_reader(session, script) if place else None
    if place is None or not isinstance(picked, Picked):
        _trace(session, script, "second.missing", by=by, at=at)
        return None
    made = give_reading(session, script, UUID(picked.expert), place, at=at)
    _trace(session, script, "second.called", by=by, at=at)
    return made.id


def _free_place(session: Session, script: Script) -> Round | None:
    query = select(Assignment.round).where(
        Assignment.script_id == script.id, Assignment.withdrawn_at.is_(None)
    )
    taken = set(session.scalars(query))
    return next((place for place in BLIND if place not in taken), None)


def _trace(session: Session, script: Script, action: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        session,
        action=action,
        subject_kind="script",
        subject_id=script.id,
        by=by,
        at=at,
        municipality_id=script.exam.campaign.municipality_id,
        exam_id=script.exam_id,
    )
