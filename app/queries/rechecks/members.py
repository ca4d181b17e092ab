"""The commission: its members with their order, who could be approved, who could read a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.independence import Tie, find_tie
from app.models import CommissionMember, Expert, Person, School, TaughtSubject
from app.queries.rechecks.sight import get_case_row


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberView:
    """A member of the commission with his order."""

    id: UUID
    name: str
    school: str
    subjects: str
    order_number: str
    order_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertChoice:
    """An expert who could be approved."""

    id: UUID
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A member as a case sees him: what ties him to the script, if anything does.

    Attributes:
        member_id: his membership.
        expert_id: the expert.
        name: his name.
        tie: what keeps him from reading the case.
        reads: he reads this case, or has read it.
    """

    member_id: UUID
    expert_id: UUID
    name: str
    tie: Tie | None
    reads: bool


def list_members(session: Session, *, actor: Actor) -> tuple[MemberView, ...]:
    """The commission of the person's municipality, by name."""
    query = (
        select(CommissionMember, Person.display_name, School.name)
        .join(Expert, Expert.id == CommissionMember.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .join(School, School.id == Expert.school_id)
        .where(
            CommissionMember.withdrawn_at.is_(None),
            CommissionMember.municipality_id.in_(actor.municipality_ids(Permission.RUN_RECHECK)),
        )
        .order_by(Person.display_name, CommissionMember.id)
    )
    return tuple(
        MemberView(
            id=member.id,
            name=name,
            school=school,
            subjects=", ".join(one.subject for one in member.expert.subjects),
            order_number=member.order_number,
            order_on=member.order_on,
        )
        for member, name, school in session.execute(query)
    )


def list_expert_choices(session: Session, *, municipality_id: UUID) -> tuple[ExpertChoice, ...]:
    """Experts of the municipality who are not members yet, by name."""
    members = select(CommissionMember.expert_id).where(CommissionMember.withdrawn_at.is_(None))
    query = (
        select(Expert.id, Person.display_name, School.name, TaughtSubject.subject)
        .join(Person, Person.id == Expert.person_id)
        .join(School, School.id == Expert.school_id)
        .outerjoin(TaughtSubject, TaughtSubject.expert_id == Expert.id)
        .where(
            School.municipality_id == municipality_id,
            Expert.withdrawn_at.is_(None),
            Expert.id.not_in(members),
        )
        .order_by(Person.display_name, TaughtSubject.subject)
    )
    labels: dict[UUID, str] = {}
    for expert_id, name, school, subject in session.execute(query):
        known = labels.get(expert_id, f"{name} — {school}")
        labels[expert_id] = f"{known}, {subject}" if subject else known
    return tuple(ExpertChoice(id=one, label=label) for one, label in labels.items())


def list_candidates(session: Session, *, case_id: UUID, actor: Actor) -> tuple[Candidate, ...]:
    """The standing members of the case's municipality, by name, each with what ties him.

    Raises:
        NotYours: the case is not in his sight.
    """
    case = get_case_row(session, case_id, actor)[0]
    municipality_id = case.handover.campaign.municipality_id
    if not actor.may(Permission.RUN_RECHECK, municipality_id=municipality_id):
        return ()
    own = {one.assignment_id for one in case.readings}
    readers = {one.assignment.expert_id for one in case.readings}
    query = (
        select(CommissionMember, Person.display_name)
        .join(Expert, Expert.id == CommissionMember.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .where(
            CommissionMember.municipality_id == municipality_id,
            CommissionMember.withdrawn_at.is_(None),
        )
        .order_by(Person.display_name, CommissionMember.id)
    )
    return tuple(
        Candidate(
            member_id=member.id,
            expert_id=member.expert_id,
            name=name,
            tie=find_tie(session, case.script, member.expert.person_id, besides=own),
            reads=member.expert_id in readers,
        )
        for member, name in session.execute(query)
    )
