"""Works since an expert's last good control, sent to a second expert in one action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.readers import pick_reader
from app.bridge.readings import last_position, may_be_called
from app.bridge.since_control import works_since_good
from app.models import Assignment, Round, Script, SecondLook
from app.services.controls.exam import expert_of, led_exam
from assignment import Nobody, Picked


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of the works.

    Attributes:
        given: how many were given to a second expert.
        nobody: for how many nobody fits.
    """

    given: int
    nobody: int


def send_to_second(
    session: Session, *, exam_id: UUID, expert_id: UUID, by: Actor, at: datetime
) -> Sent:
    """Give every settled work since the last good control to one more expert, by the plan's rules.

    His reading is compared with the one before, as two readings by plan are.

    Raises:
        NotYours: the exam or the expert is not his.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    expert = expert_of(session, exam, expert_id)
    works = works_since_good(session, exam_id=exam.id, expert_id=expert.id)
    given = [_send(session, script, expert.id, by=by, at=at) for script in works]
    sent = Sent(given=sum(given), nobody=len(given) - sum(given))
    record_about(
        session, exam, "control.sent_again", by=by, at=at,
        new={"works": sent.given, "nobody": sent.nobody},
    )  # fmt: skip
    return sent


def _send(session: Session, script: Script, after_id: UUID, *, by: Actor, at: datetime) -> bool:
    if not may_be_called(session, script.id):
        return False
    match pick_reader(session, script):
        case Nobody():
            return False
        case Picked(expert=expert):
            made = Assignment(
                script_id=script.id,
                expert_id=UUID(expert),
                round=Round.OPINION,
                queue_position=last_position(
                    session, exam_id=script.exam_id, expert_id=UUID(expert)
                )
                + 1,
                created_at=at,
            )
            session.add(made)
            session.flush()
            session.add(
                SecondLook(
                    script_id=script.id,
                    after_id=after_id,
                    assignment_id=made.id,
                    ordered_at=at,
                    ordered_by_id=by.person_id,
                )
            )
            session.flush()
            return True
