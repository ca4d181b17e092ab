"""Which cases a person may see: those of his place, and those that wait for his confirmation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.access import REGION_ROLES, Actor, Permission
from app.bridge.independence import is_independent
from app.errors import NotYours
from app.models import (
    Campaign,
    CaseState,
    Exam,
    Participant,
    RecheckCase,
    RecheckDecision,
    RecheckHandover,
    School,
    SchoolClass,
    Script,
)

SEEING = (Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
CaseRow = tuple[RecheckCase, RecheckHandover, Exam, School, SchoolClass, str]


def case_rows(
    actor: Actor,
) -> Select[RecheckCase, RecheckHandover, Exam, School, SchoolClass, str]:
    """Cases in the person's sight with what a line of the register says of them."""
    return (
        select(RecheckCase, RecheckHandover, Exam, School, SchoolClass, Participant.code)
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(Script, Script.id == RecheckCase.script_id)
        .join(Exam, Exam.id == RecheckCase.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .options(joinedload(RecheckCase.handover))
        .where(in_sight(actor))
    )


def get_case_row(session: Session, case_id: UUID, actor: Actor) -> CaseRow:
    """One case in the person's sight.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    found = session.execute(case_rows(actor).where(RecheckCase.id == case_id)).first()
    if found is None:
        raise NotYours
    return found[0], found[1], found[2], found[3], found[4], found[5]


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Cases of his place; for a member of the commission those that he confirms, or confirmed.

    A case tells code, school and class: a member never sees that of a work which he scored, or is
    tied to otherwise.
    """
    return or_(
        *(in_places(actor, permission) for permission in SEEING),
        and_(in_places(actor, Permission.CONFIRM_RECHECK), awaits(actor)),
    )


def awaits(actor: Actor) -> ColumnElement[bool]:
    """Cases that he may confirm, or confirmed or returned: of works that nothing ties him to."""
    own = select(RecheckDecision.case_id).where(
        or_(
            RecheckDecision.confirmed_by_id == actor.person_id,
            RecheckDecision.returned_by_id == actor.person_id,
        )
    )
    return and_(
        or_(RecheckCase.state == CaseState.SIGNED, RecheckCase.id.in_(own)),
        is_independent(RecheckCase.script_id, actor.person_id),
    )


def only_confirms(case: RecheckCase, actor: Actor) -> bool:
    """Whether the person sees the case as a member of the commission alone."""
    place = case.handover.campaign.municipality_id
    school = case.script.participant.school_id
    return not any(actor.may(one, municipality_id=place, school_id=school) for one in SEEING)


def count_confirmed(session: Session, *, actor: Actor) -> int:
    """How many works the person may look at as a second person, or has."""
    places = actor.municipality_ids(Permission.CONFIRM_RECHECK)
    query = (
        select(func.count(RecheckCase.id))
        .join(RecheckHandover, RecheckHandover.id == RecheckCase.handover_id)
        .join(Campaign, Campaign.id == RecheckHandover.campaign_id)
        .where(Campaign.municipality_id.in_(places), awaits(actor))
    )
    return session.scalar(query) or 0


def in_places(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether the school of a work lies where the permission is held."""
    if any(grant.role in REGION_ROLES for grant in actor.roles_for(permission)):
        return true()
    return or_(
        School.municipality_id.in_(actor.municipality_ids(permission)),
        School.id.in_(actor.school_ids(permission)),
    )
