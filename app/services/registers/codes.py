"""Participants' codes: given from outside, or issued here (P 6.5.2; Z 3.11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours, Refusal
from app.exchange.columns import LONGEST_CODE
from app.models import Participant, SchoolClass, Script
from app.services.registers.changes import Facts, Saved, Subject, remove, saved, tell
from app.services.registers.scope import get_campaign, get_class, require_school
from scanning import CodeError
from scanning.codes import draw_codes

USUAL_LENGTH = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeEntry:
    """One row of the register of codes: digits, never a name."""

    code: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code.strip())
        digits = self.code.isascii() and self.code.isdigit()
        if not digits or len(self.code) > LONGEST_CODE:
            raise Refusal(
                "Код «%(code)s»: ожидаются только цифры, не больше %(most)s.",
                code=self.code,
                most=LONGEST_CODE,
            )


def save_code(
    session: Session,
    *,
    campaign_id: UUID,
    class_id: UUID,
    entry: CodeEntry,
    by: Actor,
    at: datetime,
) -> Saved:
    """Add a given code to a class, or move it there from another class of the school.

    Raises:
        NotYours: the class or the campaign is not for `by` to manage.
        Refusal: the code's length differs from the school's others, or it has works already.
    """
    found_class = get_class(session, class_id, by=by)
    get_campaign(session, campaign_id, school=found_class.school)
    here = select(Participant).where(
        Participant.campaign_id == campaign_id, Participant.school_id == found_class.school_id
    )
    found = session.scalar(here.where(Participant.code == entry.code))
    if found is not None:
        return _move(session, found, found_class, by=by, at=at)
    _check_length(entry.code, session.scalar(here.limit(1)))
    made = Participant(
        campaign_id=campaign_id,
        school_id=found_class.school_id,
        class_id=found_class.id,
        school_class=found_class,
        code=entry.code,
    )
    session.add(made)
    session.flush()
    subject = _subject(made, found_class)
    return saved(session, subject, old=None, new=_facts(made), by=by, at=at)


def _move(
    session: Session, found: Participant, to: SchoolClass, *, by: Actor, at: datetime
) -> Saved:
    old = _facts(found)
    if found.class_id != to.id:
        _check_unused(session, found)
        found.school_class = to
        session.flush()
    return saved(session, _subject(found, to), old=old, new=_facts(found), by=by, at=at)


def _check_unused(session: Session, found: Participant) -> None:
    if session.scalar(select(Script.id).where(Script.participant_id == found.id)) is not None:
        raise Refusal(
            "Код %(code)s стоит в классе %(name)s и по нему уже есть работа: перенести его нельзя.",
            code=found.code,
            name=found.school_class.name,
        )


def _check_length(code: str, other: Participant | None) -> None:
    if other is not None and len(other.code) != len(code):
        raise Refusal(
            "Код «%(code)s»: у других кодов школы знаков %(wanted)s, ожидается столько же.",
            code=code,
            wanted=len(other.code),
        )


def issue_codes(
    session: Session,
    *,
    campaign_id: UUID,
    class_id: UUID,
    count: int,
    seed: int,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Issue new codes to a class: any two of the school differ in at least two digits.

    Raises:
        NotYours: the class or the campaign is not for `by` to manage.
        Refusal: the count is out of range, or so many codes cannot be told apart.
    """
    found_class = get_class(session, class_id, by=by)
    get_campaign(session, campaign_id, school=found_class.school)
    taken = _codes_of_school(session, campaign_id, found_class.school_id)
    length = len(taken[0]) if taken else USUAL_LENGTH
    try:
        drawn = draw_codes(count, length=length, taken=taken, seed=seed)
    except CodeError as error:
        raise Refusal(error.text, **error.params) from error
    session.add_all(
        Participant(
            campaign_id=campaign_id,
            school_id=found_class.school_id,
            class_id=found_class.id,
            code=code,
        )
        for code in drawn
    )
    subject = Subject(
        kind="class",
        id=found_class.id,
        municipality_id=found_class.school.municipality_id,
        school_id=found_class.school_id,
    )
    tell(session, subject, "codes_issued", new={"count": count, "seed": seed}, by=by, at=at)
    session.flush()
    return drawn


def _codes_of_school(session: Session, campaign_id: UUID, school_id: UUID) -> tuple[str, ...]:
    query = select(Participant.code).where(
        Participant.campaign_id == campaign_id, Participant.school_id == school_id
    )
    return tuple(session.scalars(query.order_by(Participant.code)))


def remove_code(session: Session, *, participant_id: UUID, by: Actor, at: datetime) -> None:
    """Take back a code that nobody has used.

    Raises:
        NotYours: the code is not for `by` to manage.
        Refusal: works or conflicts name it.
    """
    found = session.get(Participant, participant_id)
    if found is None:
        raise NotYours
    require_school(found.school, by=by)
    subject, old = _subject(found, found.school_class), _facts(found)
    refusal = Refusal(
        "Код %(code)s удалить нельзя: по нему есть работа или конфликт интересов.",
        code=found.code,
    )
    remove(session, found, refusal)
    tell(session, subject, "removed", old=old, by=by, at=at)


def _facts(found: Participant) -> Facts:
    return {"code": found.code, "class": found.school_class.name}


def _subject(found: Participant, of_class: SchoolClass) -> Subject:
    return Subject(
        kind="code",
        id=found.id,
        municipality_id=of_class.school.municipality_id,
        school_id=of_class.school_id,
    )
