"""The fifth act: a school disagrees, the commission reads anew, two persons change a result."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.recheck_result import old_points, said_by
from app.demo.scoring_act import score
from app.demo.stage import Stage
from app.models import (
    Assignment,
    CommissionMember,
    FinalResult,
    Ground,
    Participant,
    ReasonCode,
    RecheckCase,
    RecheckReading,
    Script,
)
from app.services import rechecks
from app.services.rechecks import Opening, Verdict

RECHECKS = 2
_WORDS = "Ответ записан кратко, но верно."


def recheck_some(stage: Stage) -> None:
    """Two disagreements with the cross-check: one is decided, one is left to the visitor."""
    for number, script_id in enumerate(_disputed(stage), start=1):
        stage.tell("перепроверяем", number, RECHECKS)
        case_id = _open(stage, script_id)
        reading_id = _assign(stage, case_id)
        if number == 1:
            _read(stage, reading_id)
            _sign(stage, case_id)


def _disputed(stage: Stage) -> list[UUID]:
    """Works of one school; first those that the fewest of the commission have scored."""
    members_before = (
        select(func.count(CommissionMember.id))
        .join(Assignment, Assignment.expert_id == CommissionMember.expert_id)
        .where(Assignment.script_id == Script.id)
        .scalar_subquery()
    )
    query = (
        select(Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == stage.exams[0],
            Script.id.in_(select(FinalResult.script_id)),
            Participant.school_id == stage.schools[3],
        )
        .order_by(members_before, Participant.code)
        .limit(RECHECKS)
    )
    with stage.database.reading() as session:
        return list(session.scalars(query))


def _open(stage: Stage, script_id: UUID) -> UUID:
    with stage.database.transaction() as session:
        script = session.get_one(Script, script_id)
        opened = rechecks.hand_over(
            session,
            store=stage.store,
            script_ids=[script_id],
            opening=Opening(
                ground=Ground.DISAGREEMENT,
                reason="Школа не согласна с баллами за последнее задание: запись краткая,"
                " но верная.",
                received_on=stage.now().date(),
            ),
            by=stage.actor(session, script.participant.school.login),
            at=stage.now(),
        )
        return opened.handover.cases[0].id


def _assign(stage: Stage, case_id: UUID) -> UUID:
    with stage.database.transaction() as session:
        chair = stage.actor(session, "chair")
        given = rechecks.assign_reader(session, case_id=case_id, by=chair, at=stage.now())
        query = select(RecheckReading.id).where(RecheckReading.assignment_id == given.id)
        return session.scalars(query).one()


def _read(stage: Stage, reading_id: UUID) -> None:
    with stage.database.transaction() as session:
        given = session.get_one(RecheckReading, reading_id).assignment
        score(stage, session, given.id, stage.actor_of(session, given.expert.person_id))


def _sign(stage: Stage, case_id: UUID) -> None:
    """The chair signs; where points change, the coordinator confirms."""
    with stage.database.transaction() as session:
        case = session.get_one(RecheckCase, case_id)
        made = rechecks.decide_case(
            session,
            store=stage.store,
            case_id=case_id,
            verdicts=_verdicts(session, case),
            reason="Баллы выставлены комиссией заново.",
            present=_present(session, case),
            by=stage.actor(session, "chair"),
            at=stage.now(),
        )
        if made.changes:
            rechecks.confirm_decision(
                session,
                store=stage.store,
                case_id=case_id,
                by=stage.actor(session, "mk"),
                at=stage.now(),
            )
        stage.summary.rechecked += 1


def _verdicts(session: Session, case: RecheckCase) -> dict[str, Verdict]:
    old, said = old_points(session, case), said_by(session, case.readings[0])
    if said is None:
        raise RuntimeError("a case that was just read has no points")
    return {
        label: Verdict(points=points)
        if points == old[label]
        else Verdict(points=points, reason_code=ReasonCode.UNUSUAL, words=_WORDS)
        for label, points in said.points.items()
    }


def _present(session: Session, case: RecheckCase) -> list[UUID]:
    """The member who read it."""
    query = select(CommissionMember.id).where(
        CommissionMember.expert_id == case.readings[0].assignment.expert_id,
        CommissionMember.withdrawn_at.is_(None),
    )
    return list(session.scalars(query))
