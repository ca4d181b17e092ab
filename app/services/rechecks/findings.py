"""With the old points in sight, a member confirms them or says why his differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.desk import get_own_assignment
from app.bridge.recheck_result import old_points, sheet_of
from app.bridge.scheme import scheme_of
from app.bridge.sheets import number_of
from app.cases import WITH_FINDINGS, follow_readings
from app.errors import NotYours, Refusal
from app.models import ReasonCode, RecheckFinding, RecheckReading
from app.services.rechecks.case import tell_case
from scoring import Points, ScoreSheet


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Points of one criterion, and why.

    Attributes:
        points: the points.
        reason_code: why they stay or change.
        words: in one's own words; wanted where points change.
    """

    points: Points
    reason_code: ReasonCode = ReasonCode.CONFIRMED
    words: str = ""


def record_findings(
    session: Session,
    *,
    reading_id: UUID,
    verdicts: Mapping[str, Verdict],
    by: Actor,
    at: datetime,
) -> RecheckReading:
    """Write down a member's findings; they are final, and his sheet stays as he handed it in.

    Raises:
        NotYours: the reading is not his.
        NotIndependent: he has become tied to the script.
        Refusal: the sheet is not handed in, findings are written already or are not asked for,
            or a change has no reason.
        ScoringError: points are missing or break a dependency.
    """
    reading = session.get(RecheckReading, reading_id)
    if reading is None:
        raise NotYours
    get_own_assignment(session, assignment_id=reading.assignment_id, by=by, lock=True)
    session.refresh(reading)
    _check_open(session, reading)
    case = reading.case
    points = {label: one.points for label, one in verdicts.items()}
    ScoreSheet(scheme=scheme_of(case.exam), points=points).check_complete()
    check_reasons(verdicts, old=old_points(session, case))
    criteria = {row.label: row.id for row in case.exam.criteria}
    reading.findings = [
        RecheckFinding(
            criterion_id=criteria[label],
            points=number_of(one.points),
            reason_code=one.reason_code,
            words=one.words.strip(),
        )
        for label, one in verdicts.items()
    ]
    reading.done_at = at
    follow_readings(case)
    session.flush()
    new = {label: str(one.points) for label, one in verdicts.items()}
    tell_case(session, case, "recheck.findings", by=by, at=at, new=new)
    return reading


def _check_open(session: Session, reading: RecheckReading) -> None:
    if reading.case.handover.method not in WITH_FINDINGS or reading.done_at is not None:
        raise Refusal("Обоснование уже записано или здесь не нужно.")
    if sheet_of(session, reading) is None:
        raise Refusal("Сначала сдайте работу: прежние баллы откроются после этого.")


def check_reasons(verdicts: Mapping[str, Verdict], *, old: Mapping[str, Points]) -> None:
    """Pass when every change has a reason that explains it.

    Raises:
        Refusal: a change is called a confirmation, or has no words.
    """
    for label, one in verdicts.items():
        if one.points == old[label]:
            continue
        if one.reason_code is ReasonCode.CONFIRMED or not one.words.strip():
            raise Refusal(
                "По критерию %(label)s баллы меняются с %(old)s на %(new)s: выберите причину"
                " и напишите пояснение.",
                label=label,
                old=old[label],
                new=one.points,
            )
