"""A decision of the commission -> the act that is stored and signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.bridge.hours import local_time
from app.bridge.recheck_result import said_by
from app.bridge.recheck_words import GROUND_TEXTS, METHOD_TEXTS, REASON_TEXTS
from app.bridge.titles import title_of
from app.bridge.trail import seal_of
from app.cases import standing_readings
from app.models import (
    Person,
    ReasonCode,
    RecheckCase,
    RecheckDecision,
    RecheckLine,
)
from app.printing.recheck_act import ActLine, RecheckAct, act_of_recheck
from scoring import NotAttempted, ScoreSheet

_ORDER = "№ %(number)s от %(on)s"


def draw_act(session: Session, decision: RecheckDecision, *, at: datetime) -> bytes:
    """The act of a decision that closes its case at that moment."""
    case = decision.case
    handover, participant = case.handover, case.script.participant
    return act_of_recheck(
        RecheckAct(
            number=case_number(case),
            school=participant.school.name,
            exam=str(title_of(case.exam)),
            code=participant.code,
            ground=GROUND_TEXTS[handover.ground],
            claim=handover.reason,
            method=METHOD_TEXTS[handover.method],
            may_lower=handover.may_lower,
            received_on=handover.received_on,
            due_on=handover.due_on,
            decided_on=local_time(case.exam, at).date(),
            lines=_lines(session, decision),
            old_score=_sum(line.old_points for line in decision.lines),
            new_score=_sum(line.new_points for line in decision.lines),
            reason=decision.reason,
            orders=_orders(decision),
            quorum=handover.quorum,
            chair=_name(session, decision.signed_by_id),
            members=sorted(one.member.expert.person.display_name for one in decision.present),
            readers=[one.assignment.expert.person.display_name for one in standing_readings(case)],
            confirmed_by=_name(session, decision.confirmed_by_id),
            seal=seal_of(session, exam_id=case.exam_id),
        )
    )


def case_number(case: RecheckCase) -> str:
    """What a case is called: the number of its hand-over and its place in it."""
    return f"{case.handover.number}-{case.position}"


def _orders(decision: RecheckDecision) -> list[str]:
    """Orders of the members who were present."""
    members = (one.member for one in decision.present)
    found = {(one.order_on, one.order_number) for one in members}
    return [_ORDER % {"number": number, "on": f"{on:%d.%m.%Y}"} for on, number in sorted(found)]


def _name(session: Session, person_id: UUID | None) -> str:
    return session.get_one(Person, person_id).display_name if person_id else ""


def _sum(points: Iterable[int | None]) -> int:
    return sum(value or 0 for value in points)


def _lines(session: Session, decision: RecheckDecision) -> list[ActLine]:
    case = decision.case
    said = [said_by(session, one) for one in standing_readings(case)]
    return [
        _line(row, [sheet for sheet in said if sheet is not None])
        for row in sorted(decision.lines, key=lambda row: row.criterion.position)
    ]


def _line(row: RecheckLine, said: list[ScoreSheet]) -> ActLine:
    label = row.criterion.label
    plain = row.reason_code is ReasonCode.CONFIRMED and not row.words
    return ActLine(
        label=label,
        maximum=row.criterion.max_points,
        old=_shown(row.old_points),
        readings=[_shown(_number(sheet, label)) for sheet in said],
        new=_shown(row.new_points),
        reason="" if plain else ": ".join(filter(None, (REASON_TEXTS[row.reason_code], row.words))),
    )


def _number(sheet: ScoreSheet, label: str) -> int | None:
    points = sheet.points[label]
    return None if isinstance(points, NotAttempted) else points


def _shown(points: int | None) -> str:
    return "X" if points is None else str(points)
