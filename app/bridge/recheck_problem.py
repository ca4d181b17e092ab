"""Cases that want readers -> the assignment library's problem: who of the commission reads what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.bridge.experts import Appointed, appointed_experts, to_expert
from app.bridge.problem import library_schools
from app.bridge.readings import taken_capacity
from app.models import Assignment, CommissionMember, Exam, Expert, RoleGrant


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A script that wants readers.

    Attributes:
        script_id: the script.
        participant_id: whose code it bears.
        class_id: the class it comes from.
        school_id: the school it comes from.
        readers: how many are wanted.
    """

    script_id: UUID
    participant_id: UUID
    class_id: UUID
    school_id: UUID
    readers: int


def commission_problem(session: Session, *, exam: Exam, wanted: Sequence[Wanted]) -> lib.Problem:
    """Scripts of one exam and the standing members who teach its subject.

    Whoever ever had a script, or holds a role in its school, is kept off it.
    """
    members = member_ids(session, municipality_id=exam.campaign.municipality_id)
    experts = [
        one for one in appointed_experts(session, exam=exam, readings=()) if one.id in members
    ]
    taken = taken_capacity(session, exam=exam, planned=frozenset())
    work = lib.Exam(id=str(exam.id), subject=exam.subject, on=exam.held_on)
    script_of = {row.participant_id: row.script_id for row in wanted}
    return lib.Problem(
        rules=lib.Rules(
            scheme=lib.Scheme.MUNICIPAL, own_class=lib.OwnClass.FORBID, allow_external=True
        ),
        exams=(work,),
        schools=library_schools(session, experts, homes={row.school_id for row in wanted}),
        classes=_classes(wanted),
        scripts=_scripts(wanted, exam, _barred(session, wanted, experts)),
        experts=tuple(
            to_expert(one, exam=work, script_of=script_of, taken=taken.get(one.id, 0))
            for one in experts
        ),
    )


def member_ids(session: Session, *, municipality_id: UUID) -> frozenset[UUID]:
    """Experts who sit in the municipality's commission now."""
    query = select(CommissionMember.expert_id).where(
        CommissionMember.municipality_id == municipality_id,
        CommissionMember.withdrawn_at.is_(None),
    )
    return frozenset(session.scalars(query))


def _classes(wanted: Iterable[Wanted]) -> tuple[lib.Class, ...]:
    homes = {row.class_id: row.school_id for row in wanted}
    return tuple(lib.Class(id=str(one), school=str(homes[one])) for one in sorted(homes))


def _scripts(
    wanted: Sequence[Wanted], exam: Exam, barred: dict[UUID, set[UUID]]
) -> tuple[lib.Script, ...]:
    return tuple(
        lib.Script(
            code=str(row.script_id),
            class_id=str(row.class_id),
            exam=str(exam.id),
            k=row.readers,
            exclude=tuple(sorted(map(str, barred[row.script_id]))),
        )
        for row in wanted
    )


def _barred(
    session: Session, wanted: Sequence[Wanted], experts: Collection[Appointed]
) -> defaultdict[UUID, set[UUID]]:
    """Script -> members who had it in whatever round, or hold a role in its school."""
    members = [one.id for one in experts]
    barred: defaultdict[UUID, set[UUID]] = defaultdict(set)
    had = select(Assignment.script_id, Assignment.expert_id).where(
        Assignment.expert_id.in_(members),
        Assignment.script_id.in_([row.script_id for row in wanted]),
    )
    for script_id, expert_id in session.execute(had):
        barred[script_id].add(expert_id)
    held = (
        select(RoleGrant.school_id, Expert.id)
        .join(Expert, Expert.person_id == RoleGrant.person_id)
        .where(Expert.id.in_(members), RoleGrant.revoked_at.is_(None))
    )
    for school_id, expert_id in session.execute(held):
        for row in wanted:
            if row.school_id == school_id:
                barred[row.script_id].add(expert_id)
    return barred
