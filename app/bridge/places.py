"""The campaign, the exam, or the exam in a school, of which a request speaks; with who acts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours
from app.models import Campaign, Exam, School


def get_campaign_of(
    session: Session, *, campaign_id: UUID, permission: Permission, by: Actor, lock: bool = False
) -> Campaign:
    """The campaign, for somebody who holds the permission over its municipality.

    Args:
        session: a session.
        campaign_id: which one.
        permission: what he wants to do.
        by: who acts.
        lock: others who lock it wait for the end of the transaction: versions get their numbers
            one after another.

    Raises:
        NotYours: there is no such campaign, or the permission is not held there.
    """
    campaign = session.get(Campaign, campaign_id, with_for_update=lock or None)
    if campaign is None:
        raise NotYours
    by.require(permission, municipality_id=campaign.municipality_id)
    return campaign


def get_joined_campaign(
    session: Session, *, campaign_id: UUID, permission: Permission, by: Actor
) -> Campaign:
    """The campaign, for somebody who holds the permission in its municipality or a school of it.

    Raises:
        NotYours: there is no such campaign, or he takes no part in it.
    """
    found = session.get(Campaign, campaign_id)
    if found is None or not takes_part(session, found.municipality_id, permission, by=by):
        raise NotYours
    return found


def takes_part(
    session: Session, municipality_id: UUID, permission: Permission, *, by: Actor
) -> bool:
    """Whether the permission is held over the municipality or over one of its schools."""
    if by.may(permission, municipality_id=municipality_id):
        return True
    own = School.id.in_(by.school_ids(permission)) & (School.municipality_id == municipality_id)
    return bool(session.scalar(select(exists().where(own))))


def get_exam_of(session: Session, *, exam_id: UUID, permission: Permission, by: Actor) -> Exam:
    """The exam, for somebody who holds the permission over its municipality.

    Raises:
        NotYours: there is no such exam, or the permission is not held there.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    by.require(permission, municipality_id=exam.campaign.municipality_id)
    return exam


def get_place(
    session: Session, *, exam_id: UUID, school_id: UUID, permission: Permission, by: Actor
) -> tuple[Exam, School]:
    """The exam and the school, for somebody who holds the permission over the school.

    Raises:
        NotYours: the permission is not held over the school, or the exam is not of its
            municipality.
    """
    by.require(permission, school_id=school_id)
    exam, school = session.get(Exam, exam_id), session.get(School, school_id)
    if exam is None or school is None:
        raise NotYours
    if exam.campaign.municipality_id != school.municipality_id:
        raise NotYours
    return exam, school
