"""One script and the experts who might read it once more, as the assignment library wants them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.bridge.experts import Appointed, appointed_experts, to_expert
from app.bridge.options import PlanOptions
from app.bridge.problem import in_scheme, library_schools
from app.bridge.readings import taken_capacity
from app.models import Assignment, Plan, Scheme, Script

# Without a plan the strictest scheme holds, and every fitting expert of a school that takes part.
_UNPLANNED = PlanOptions(all_qualified=True)


def pick_reader(
    session: Session, script: Script, *, among: Collection[UUID] | None = None
) -> lib.Picked | lib.Nobody:
    """An expert who never had this script, by the rules of its plan, the least loaded first.

    In the in-school scheme a teacher of the class is taken only when nobody else is left.

    Args:
        session: the database.
        script: what is to be read.
        among: nobody but these; None for everybody.
    """
    plan = _plan_of(session, script)
    scheme = plan.scheme if plan else Scheme.MUNICIPAL
    options = PlanOptions.from_json(plan.options) if plan else _UNPLANNED
    experts = [
        one
        for one in _experts(session, script)
        if in_scheme(one, scheme, options) and (among is None or one.id in among)
    ]
    outside = options.allow_external or scheme is Scheme.MUNICIPAL
    for own_class in (lib.OwnClass.FORBID, lib.OwnClass.AVOID):
        rules = lib.Rules(
            scheme=lib.Scheme(scheme.value), own_class=own_class, allow_external=outside
        )
        outcome = _pick(session, script, experts, rules)
        if isinstance(outcome, lib.Picked):
            break
    return outcome


def pick_member(
    session: Session, script: Script, members: Collection[UUID]
) -> lib.Picked | lib.Nobody:
    """A member of the commission independent of the script, the least loaded first (P 9.3).

    Args:
        session: the database.
        script: what is to be read again.
        members: experts of the commission.
    """
    experts = [one for one in _experts(session, script) if one.id in members]
    rules = lib.Rules(
        scheme=lib.Scheme.MUNICIPAL, own_class=lib.OwnClass.FORBID, allow_external=True
    )
    return _pick(session, script, experts, rules)


def _experts(session: Session, script: Script) -> list[Appointed]:
    """Experts of the exam's subject, without those who left."""
    return appointed_experts(session, exam=script.exam, readings=())


def _pick(
    session: Session, script: Script, experts: Sequence[Appointed], rules: lib.Rules
) -> lib.Picked | lib.Nobody:
    taken = taken_capacity(session, exam=script.exam, planned=frozenset())
    return lib.pick_expert(
        {str(one.id): taken.get(one.id, 0) for one in experts},
        problem=_problem(session, script, experts, rules),
        script=str(script.id),
        scored_by=_earlier_readers(session, script),
        seed=script.id.int % 2**32,
    )


def _problem(
    session: Session, script: Script, experts: Sequence[Appointed], rules: lib.Rules
) -> lib.Problem:
    participant = script.participant
    exam = lib.Exam(id=str(script.exam_id), subject=script.exam.subject, on=script.exam.held_on)
    class_id, school_id = str(participant.class_id), str(participant.school_id)
    return lib.Problem(
        rules=rules,
        exams=(exam,),
        schools=library_schools(session, experts, homes={participant.school_id}),
        classes=(lib.Class(id=class_id, school=school_id),),
        scripts=(lib.Script(code=str(script.id), class_id=class_id, exam=exam.id),),
        experts=tuple(
            to_expert(one, exam=exam, script_of={participant.id: script.id}) for one in experts
        ),
    )


def _plan_of(session: Session, script: Script) -> Plan | None:
    """The plan that gave the script its first readers."""
    return session.scalar(
        select(Plan)
        .join(Assignment, Assignment.plan_id == Plan.id)
        .where(Assignment.script_id == script.id)
        .order_by(Assignment.created_at.desc(), Assignment.id)
        .limit(1)
    )


def _earlier_readers(session: Session, script: Script) -> frozenset[str]:
    """Everybody who ever had the script, withdrawn or not."""
    found = session.scalars(
        select(Assignment.expert_id).where(Assignment.script_id == script.id).distinct()
    )
    return frozenset(map(str, found))
