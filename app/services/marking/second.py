"""A reading more than planned: a second opinion on an unusual answer, or on an empty work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.desk import find_sheet
from app.bridge.readers import pick_reader
from app.bridge.readings import may_be_called
from app.bridge.sheets import score_sheet_of
from app.bridge.troubles import EMPTY, asks_whether_empty, called_for, find_second
from app.errors import NotYours, Refusal
from app.finals import add_final, find_final, hold_script
from app.models import (
    BLIND,
    Assignment,
    FinalResult,
    ResultSource,
    Round,
    Script,
    Trouble,
    TroubleKind,
)
from app.services.marking.third import give_reading
from assignment import Picked
from scoring import Points

ANSWER = "Другой эксперт проверил эту работу независимо. Поставьте баллы по своему суждению."


def call_second(session: Session, *, trouble_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """Give a work with an unusual answer to one more expert, who scores it blind.

    The expert who asked may call, and so may the coordinator when nobody was found at first.

    Returns:
        The new reading, or one called before; None when nobody fits, or the work is no first
        reading: then the coordinator answers.

    Raises:
        NotYours: there is no such question, or it is another's.
        Refusal: it is answered already.
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
    if given is not None:
        return given
    if asked.resolved_at is not None:
        raise Refusal("На этот вопрос уже ответили: обновите страницу.")
    _take_from_leavers(session, asked, at=at)
    return _call(session, script, by=by, at=at)


def _take_from_leavers(session: Session, asked: Trouble, *, at: datetime) -> None:
    """Nobody can give the readings called so far: their experts left, or may not go on."""
    for given in session.scalars(called_for(asked)):
        given.withdrawn_at = at
    session.flush()


def ask_whether_empty(session: Session, assignment: Assignment, *, by: Actor, at: datetime) -> None:
    """Nobody alone calls a work empty: one more expert is asked, or the coordinator.

    The question stands until somebody answers it, so that a second expert who steps back leaves
    it with the coordinator. It takes the place of a question that handing in has made idle.
    """
    drop_questions(session, assignment, by=by, at=at)
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
    _call(session, assignment.script, by=by, at=at)


def drop_questions(session: Session, assignment: Assignment, *, by: Actor, at: datetime) -> None:
    """What the expert asked is idle: he goes on with the work himself."""
    standing = select(Trouble).where(
        Trouble.assignment_id == assignment.id, Trouble.resolved_at.is_(None)
    )
    for asked in session.scalars(standing):
        asked.resolved_at, asked.resolved_by_id = at, by.person_id
    session.flush()


def confirm_empty(session: Session, *, trouble_id: UUID, by: Actor, at: datetime) -> FinalResult:
    """The coordinator is the second person who calls a work empty: it is settled so.

    Raises:
        NotYours: there is no such question, or it lies in another municipality.
        Refusal: he scored the work himself, another expert has it, or nobody calls it empty now.
    """
    asked = session.get(Trouble, trouble_id, with_for_update=True)
    if asked is None:
        raise NotYours
    script = hold_script(session, asked.assignment.script_id)
    by.require(Permission.CHOOSE_SCHEME, municipality_id=script.exam.campaign.municipality_id)
    points = _called_empty(session, asked, by)
    made = add_final(
        session, script=script, points=points, source=ResultSource.SINGLE, by=by, at=at
    )
    asked.resolved_at, asked.resolved_by_id = at, by.person_id
    audit.record_about(session, script, "work.empty_confirmed", by=by, at=at)
    return made


def _called_empty(session: Session, asked: Trouble, by: Actor) -> Mapping[str, Points]:
    if asked.resolved_at is not None or not asks_whether_empty(session, asked):
        raise Refusal("На этот вопрос уже ответили: обновите страницу.")
    if find_second(session, asked) is not None:
        raise Refusal("Работу уже проверяет другой эксперт: дождитесь его ответа.")
    if asked.raised_by_id == by.person_id:
        raise Refusal("Пустой работу называют двое: подтверждает не тот, кто её проверял.")
    sheet = find_sheet(session, asked.assignment_id)
    if sheet is None or find_final(session, asked.assignment.script_id) is not None:
        raise Refusal("На этот вопрос уже ответили: обновите страницу.")
    return score_sheet_of(sheet).points


def answer_opinions(session: Session, reading: Assignment, *, by: Actor, at: datetime) -> None:
    """A second opinion is given: the work comes back to whoever asked, if he still has it."""
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
        empty = asks_whether_empty(session, asked)
        asked.resolved_at, asked.resolved_by_id = at, by.person_id
        if not empty:
            asked.answer = ANSWER
            audit.record_about(session, asked.assignment.script, "work.given_back", by=by, at=at)


def _call(session: Session, script: Script, *, by: Actor, at: datetime) -> UUID | None:
    picked = pick_reader(session, script) if may_be_called(session, script.id) else None
    if not isinstance(picked, Picked):
        audit.record_about(session, script, "second.missing", by=by, at=at)
        return None
    made = give_reading(session, script, UUID(picked.expert), Round.OPINION, at=at)
    audit.record_about(session, script, "second.called", by=by, at=at)
    return made.id
