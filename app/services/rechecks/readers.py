"""Cases go to independent members: a whole hand-over by one plan, a single case to one member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import Actor, Permission
from app.bridge.independence import check_independent, find_tie
from app.bridge.readers import pick_member
from app.bridge.recheck_problem import Wanted, commission_problem, member_ids
from app.bridge.recheck_result import diverges
from app.cases import SETTLING, follow_readings, missing_positions, standing_readings
from app.errors import NotYours, Refusal
from app.models import (
    Assignment,
    CaseState,
    Exam,
    Expert,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    Round,
    Script,
)
from app.services.rechecks.case import get_case, tell_case, tell_handover
from assignment import Infeasible, Partial, Picked, solve


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a plan of the readers came to.

    Attributes:
        given: readings given to members.
        missing: readings for which nobody independent has room.
    """

    given: int
    missing: int


def plan_readers(session: Session, *, handover_id: UUID, by: Actor, at: datetime) -> Planned:
    """Give every reading of a hand-over that still wants a reader to an independent member.

    One solution an exam: independence is a hard rule, and the loads are even.

    Raises:
        NotYours: there is no such hand-over in his municipality.
    """
    handover = session.get(RecheckHandover, handover_id, with_for_update=True)
    if handover is None:
        raise NotYours
    by.require(Permission.RUN_RECHECK, municipality_id=handover.campaign.municipality_id)
    cases = _waiting_cases(session, handover_id)
    asked = sum(len(missing_positions(case)) for case in cases)
    by_exam: defaultdict[Exam, list[RecheckCase]] = defaultdict(list)
    for case in cases:
        by_exam[case.exam].append(case)
    given = sum(
        _plan_exam(session, exam, by_exam[exam], at=at)
        for exam in sorted(by_exam, key=lambda exam: exam.id)
    )
    if given:
        new = {"number": handover.number, "readings": given, "missing": asked - given}
        tell_handover(session, handover, "recheck.planned", by=by, at=at, new=new)
    return Planned(given=given, missing=asked - given)


def assign_reader(
    session: Session,
    *,
    case_id: UUID,
    by: Actor,
    at: datetime,
    expert_id: UUID | None = None,
    instead_of: UUID | None = None,
) -> Assignment:
    """Give the case to an independent member: the named one, or the least loaded.

    Args:
        session: the database.
        case_id: the case.
        by: who appoints.
        at: when.
        expert_id: the member; None takes the least loaded.
        instead_of: the reading that is taken back, not handed in yet.

    Raises:
        NotYours: there is no such case or reading in his municipality.
        NotIndependent: the named member scored the script, is of its school, or has a conflict.
        Refusal: the case needs no reader, or nobody is independent of the script.
    """
    case = get_case(session, case_id, Permission.RUN_RECHECK, by)
    position = _free_position(session, case, instead_of)
    chosen = _choose(session, case, expert_id)
    if instead_of is not None:
        _take_back(case, instead_of, at=at)
    session.flush()
    made = Assignment(
        script_id=case.script_id,
        expert_id=chosen,
        round=Round.RECHECK,
        queue_position=0,
        created_at=at,
    )
    session.add(made)
    session.flush()
    case.readings.append(RecheckReading(assignment=made, position=position, created_at=at))
    follow_readings(case)
    session.flush()
    tell_case(session, case, "recheck.assigned", by=by, at=at, new={"expert": str(chosen)})
    return made


def _waiting_cases(session: Session, handover_id: UUID) -> list[RecheckCase]:
    query = (
        select(RecheckCase)
        .where(RecheckCase.handover_id == handover_id, RecheckCase.state == CaseState.OPENED)
        .options(
            joinedload(RecheckCase.handover),
            joinedload(RecheckCase.exam),
            joinedload(RecheckCase.script).joinedload(Script.participant),
            selectinload(RecheckCase.readings).joinedload(RecheckReading.assignment),
        )
        .order_by(RecheckCase.position)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _plan_exam(session: Session, exam: Exam, cases: Sequence[RecheckCase], *, at: datetime) -> int:
    problem = commission_problem(session, exam=exam, wanted=[_wanted(case) for case in cases])
    outcome = solve(problem, seed=cases[0].handover_id.int % 2**32)
    if isinstance(outcome, Infeasible):
        return 0
    plan = outcome.plan if isinstance(outcome, Partial) else outcome
    chosen = {UUID(row.code): [UUID(one) for one in row.experts] for row in plan.assignments}
    return _write(session, cases, chosen, at=at)


def _wanted(case: RecheckCase) -> Wanted:
    participant = case.script.participant
    return Wanted(
        script_id=case.script_id,
        participant_id=participant.id,
        class_id=participant.class_id,
        school_id=participant.school_id,
        readers=len(missing_positions(case)),
    )


def _write(
    session: Session,
    cases: Iterable[RecheckCase],
    chosen: Mapping[UUID, Sequence[UUID]],
    *,
    at: datetime,
) -> int:
    """Assignments and readings in two bulk statements; the cases follow them."""
    assignments, readings, filled = [], [], []
    for case in cases:
        positions = missing_positions(case)
        experts = chosen.get(case.script_id, ())
        for position, expert_id in zip(positions, experts, strict=False):
            key = uuid4()
            assignments.append(
                {
                    "id": key,
                    "script_id": case.script_id,
                    "expert_id": expert_id,
                    "round": Round.RECHECK,
                    "queue_position": case.position,
                    "created_at": at,
                }
            )
            readings.append(
                {
                    "id": uuid4(),
                    "case_id": case.id,
                    "assignment_id": key,
                    "position": position,
                    "created_at": at,
                }
            )
        if len(experts) == len(positions):
            filled.append(case)
    if assignments:
        session.execute(insert(Assignment), assignments)
        session.execute(insert(RecheckReading), readings)
    for case in filled:
        case.state = CaseState.READING
    session.flush()
    session.expire_all()
    return len(assignments)


def _free_position(session: Session, case: RecheckCase, instead_of: UUID | None) -> int:
    """The position that a new reader takes.

    Raises:
        Refusal: nobody is wanted.
    """
    if case.state in (CaseState.SIGNED, CaseState.CLOSED):
        raise Refusal("Дело уже решено: другого члена комиссии назначить нельзя.")
    if instead_of is not None:
        return _standing(case, instead_of).position
    missing = missing_positions(case)
    if missing:
        return missing[0]
    if case.state is CaseState.READ and diverges(session, case):
        return SETTLING
    raise Refusal("Дело уже у члена комиссии или прочитано: ещё один не нужен.")


def _standing(case: RecheckCase, reading_id: UUID) -> RecheckReading:
    for reading in standing_readings(case):
        if reading.id == reading_id:
            return reading
    raise NotYours


def _take_back(case: RecheckCase, reading_id: UUID, *, at: datetime) -> None:
    _standing(case, reading_id).assignment.withdrawn_at = at


def _choose(session: Session, case: RecheckCase, expert_id: UUID | None) -> UUID:
    members = member_ids(session, municipality_id=case.handover.campaign.municipality_id)
    if expert_id is not None:
        return _named(session, case, expert_id, members)
    independent = {
        expert.id
        for expert in session.scalars(select(Expert).where(Expert.id.in_(members)))
        if find_tie(session, case.script, expert.person_id) is None
    }
    found = pick_member(session, case.script, independent)
    if isinstance(found, Picked):
        return UUID(found.expert)
    raise Refusal(
        "Независимого члена комиссии нет: каждый проверял эту работу, связан с её школой,"
        " занят или не ведёт предмет. Утвердите приказом ещё одного."
    )


def _named(session: Session, case: RecheckCase, expert_id: UUID, members: frozenset[UUID]) -> UUID:
    expert = session.get(Expert, expert_id)
    if expert is None or expert_id not in members:
        raise NotYours
    name = expert.person.display_name
    check_independent(session, case.script, expert.person_id, name=name)
    if not isinstance(pick_member(session, case.script, {expert_id}), Picked):
        raise Refusal(
            "%(name)s не может взять это дело: не ведёт предмет, мало стажа или нет"
            " свободных мест.",
            name=name,
        )
    return expert_id
