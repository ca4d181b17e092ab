"""What the readings of a case say: old points, each reading's own, and what they propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.bridge.annotations import list_scorers
from app.bridge.desk import find_sheet
from app.bridge.scheme import rule_of, scheme_of
from app.bridge.sheets import final_points_of, score_sheet_of
from app.cases import SETTLING, find_reading, standing_readings
from app.finals import find_final
from app.models import (
    Assignment,
    CaseState,
    FinalResult,
    Method,
    RecheckCase,
    RecheckHandover,
    RecheckReading,
)
from scoring import Divergent, Points, ScoreSheet, X, proposal_of

_DECIDED = (CaseState.SIGNED, CaseState.CLOSED)
_NOT_READ = (CaseState.OPENED, CaseState.READING)


def is_blind_now() -> ColumnElement[bool]:
    """Cases, with their hand-over, of which nobody but the readers is told points yet.

    With the old points in sight of the reader there is no blind step.
    """
    return RecheckCase.state.in_(_NOT_READ) & (RecheckHandover.method != Method.REVIEW)


def is_open_to_see(case: RecheckCase) -> bool:
    """Whether the blind step is done, or there is none."""
    return case.state not in _NOT_READ or case.handover.method is Method.REVIEW


def result_before(session: Session, case: RecheckCase) -> FinalResult:
    """The final result that stood when the case was decided; the newest while it is open."""
    if case.state in _DECIDED:
        return session.get_one(FinalResult, case.decisions[-1].result_before_id)
    found = find_final(session, case.script_id)
    if found is None:
        raise RuntimeError(f"case {case.id} was opened for a script without a result")
    return found


def old_points(session: Session, case: RecheckCase) -> Mapping[str, Points]:
    """The final points before the recheck; they stay as they are."""
    return final_points_of(result_before(session, case))


def sheet_of(session: Session, reading: RecheckReading) -> ScoreSheet | None:
    """The sheet that the member handed in, as he handed it in; None while he has not."""
    sheet = find_sheet(session, reading.assignment_id)
    if sheet is None or sheet.submitted_at is None:
        return None
    return score_sheet_of(sheet)


def said_by(session: Session, reading: RecheckReading) -> ScoreSheet | None:
    """What a member says in the end: his findings where he wrote them, else his sheet."""
    if reading.findings:
        return ScoreSheet(
            scheme=scheme_of(reading.case.exam),
            points={
                one.criterion.label: X if one.points is None else one.points
                for one in reading.findings
            },
        )
    return sheet_of(session, reading)


def proposal(session: Session, case: RecheckCase) -> Mapping[str, Points] | Divergent | None:
    """What the readings propose; a divergence of two; None while somebody still reads."""
    said = [said_by(session, one) for one in standing_readings(case) if one.done_at is not None]
    sheets = [sheet for sheet in said if sheet is not None]
    if not sheets:
        return None
    return proposal_of(sheets, rule=rule_of(case.exam))


def diverges(session: Session, case: RecheckCase) -> bool:
    """Whether two blind readings of the case differ by more than the exam allows."""
    return isinstance(proposal(session, case), Divergent)


def shown_points(session: Session, assignment: Assignment) -> list[Mapping[str, Points]]:
    """What the method shows a reader beside his own points while he reads.

    The old points where they are in sight; both readings to the one who settles their divergence;
    nothing to a blind reader.
    """
    reading = find_reading(session, assignment)
    if reading is None:
        return []
    if reading.case.handover.method is Method.REVIEW:
        return [old_points(session, reading.case)]
    if reading.position != SETTLING:
        return []
    earlier = (one for one in standing_readings(reading.case) if one.position != SETTLING)
    return [sheet.points for one in earlier if (sheet := sheet_of(session, one)) is not None]


def shown_readers(session: Session, assignment: Assignment) -> Sequence[UUID]:
    """Whose marks on the scan a reader sees while he reads: of those whose points he sees."""
    reading = find_reading(session, assignment)
    if reading is None:
        return []
    if reading.case.handover.method is Method.REVIEW:
        return list_scorers(session, script_id=assignment.script_id)
    if reading.position != SETTLING:
        return []
    return _handed_in(session, reading.case, settling=False)


def case_readers(session: Session, case: RecheckCase) -> Sequence[UUID]:
    """Everybody who read the script: scoring first, then the commission."""
    return [
        *list_scorers(session, script_id=case.script_id),
        *_handed_in(session, case, settling=True),
    ]


def _handed_in(session: Session, case: RecheckCase, *, settling: bool) -> list[UUID]:
    return [
        one.assignment_id
        for one in standing_readings(case)
        if (settling or one.position != SETTLING) and sheet_of(session, one) is not None
    ]
