"""What the register's filters offer: exams, schools and members of the person's places."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.titles import ExamTitle
from app.models import Campaign, CommissionMember, Exam, Expert, Person, School
from app.queries.rechecks.sight import SEEING, in_places


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterChoices:
    """Keys and names, each list by name."""

    exams: tuple[tuple[UUID, ExamTitle], ...]
    schools: tuple[tuple[UUID, str], ...]
    members: tuple[tuple[UUID, str], ...]


def list_filter_choices(session: Session, *, actor: Actor) -> FilterChoices:
    """What can be chosen in the register: members only for who runs rechecks."""
    schools = (
        select(School.id, School.name, School.municipality_id)
        .where(or_(*(in_places(actor, permission) for permission in SEEING)))
        .order_by(School.name, School.id)
    )
    found = session.execute(schools).all()
    exams = (
        select(Exam.id, Exam.subject, Exam.grade)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .where(Campaign.municipality_id.in_({place for _, _, place in found}))
        .order_by(Exam.subject, Exam.grade, Exam.id)
    )
    members = (
        select(Expert.id, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .join(CommissionMember, CommissionMember.expert_id == Expert.id)
        .where(CommissionMember.municipality_id.in_(actor.municipality_ids(Permission.RUN_RECHECK)))
        .distinct()
        .order_by(Person.display_name, Expert.id)
    )
    return FilterChoices(
        exams=tuple(
            (key, ExamTitle(subject=subject, grade=grade))
            for key, subject, grade in session.execute(exams)
        ),
        schools=tuple((key, name) for key, name, _ in found),
        members=tuple((key, name) for key, name in session.execute(members)),
    )
