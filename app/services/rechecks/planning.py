"""A whole hand-over goes to independent members by one plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import Actor, Permission
from app.bridge.recheck_problem import Wanted, commission_problem
from app.cases import missing_positions
from app.errors import NotYours
from app.models import (
    Assignment,
    CaseState,
    Exam,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
    Round,
    Script,
)
from app.services.rechecks.case import tell_handover
from assignment import Infeasible, Partial, solve


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


def _waiting_cases(session: Session, handover_id: UUID) -> list[RecheckCase]:
    """Cases that want a reader, held as `assign_reader` holds them: a place is given once."""
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
        .with_for_update(of=RecheckCase)
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
    rows = []
    for case in cases:
        positions, experts = missing_positions(case), chosen.get(case.script_id, ())
        pairs = zip(positions, experts, strict=False)
        rows += [_row(case, position, expert_id, at) for position, expert_id in pairs]
        if len(experts) == len(positions):
            case.state = CaseState.READING
    if rows:
        session.execute(insert(Assignment), [given for given, _ in rows])
        session.execute(insert(RecheckReading), [reading for _, reading in rows])
    session.flush()
    session.expire_all()
    return len(rows)


def _row(
    case: RecheckCase, position: int, expert_id: UUID, at: datetime
) -> tuple[dict[str, object], dict[str, object]]:
    """An assignment, and the reading behind it."""
    given = {
        "id": uuid4(),
        "script_id": case.script_id,
        "expert_id": expert_id,
        "round": Round.RECHECK,
        "queue_position": case.position,
        "created_at": at,
    }
    reading = {
        "id": uuid4(),
        "case_id": case.id,
        "assignment_id": given["id"],
        "position": position,
        "created_at": at,
    }
    return given, reading
