"""A control work: a script whose points the chair has agreed, with a reason for each criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.scheme import scheme_of
from app.bridge.sheets import number_of
from app.errors import NotYours, Refusal
from app.finals import add_final, find_final
from app.models import (
    Assignment,
    ControlPoint,
    ControlUse,
    ControlWork,
    Exam,
    Plan,
    PlanRow,
    PlanState,
    ResultSource,
    Script,
)
from app.services.controls.exam import led_exam
from scoring import Points, ScoreSheet, ScoringError

LONGEST_WHY = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreedPoint:
    """The agreed points of one criterion and why."""

    points: Points
    why: str

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise Refusal("Объясните балл по каждому критерию: эксперт увидит эти слова.")
        if len(self.why) > LONGEST_WHY:
            raise Refusal("Объяснение длиннее %(limit)s знаков.", limit=LONGEST_WHY)


def declare_work(
    session: Session,
    *,
    script_id: UUID,
    use: ControlUse,
    agreed: Mapping[str, AgreedPoint],
    by: Actor,
    at: datetime,
) -> ControlWork:
    """Make a handed-over script a control work.

    A script that nobody has had and no plan holds gets its final points with that, and plans leave
    it out: otherwise a work that all experts qualify on would find no reader.

    Raises:
        NotYours: the script is not of an exam that he leads.
        Refusal: it is not handed over, is a control already, or the points are not whole.
    """
    script = session.get(Script, script_id, with_for_update=True)
    if script is None:
        raise NotYours
    exam = led_exam(session, exam_id=script.exam_id, by=by)
    if script.published_at is None:
        raise Refusal("Работа ещё не передана на проверку: её страницы не готовы.")
    if _standing(session, script_id) is not None:
        raise Refusal("Эта работа уже контрольная.")
    points = _checked(exam, agreed)
    settles = not _is_planned(session, script) and find_final(session, script.id) is None
    made = ControlWork(
        script_id=script_id,
        use=use,
        settles=settles,
        declared_at=at,
        declared_by_id=by.person_id,
    )
    made.points = [
        ControlPoint(
            criterion_id=row.id, points=number_of(points[row.label]), why=agreed[row.label].why
        )
        for row in exam.criteria
    ]
    session.add(made)
    session.flush()
    if settles:
        add_final(session, script=script, points=points, source=ResultSource.CONTROL, by=by, at=at)
    record_about(session, exam, "control.declared", by=by, at=at, new={"use": use.value})
    return made


def withdraw_work(session: Session, *, work_id: UUID, by: Actor, at: datetime) -> None:
    """Give the control work to nobody more; who has it goes on, and its final points stay.

    Raises:
        NotYours: there is no such work of an exam that he leads.
    """
    work = session.get(ControlWork, work_id)
    if work is None:
        raise NotYours
    exam = led_exam(session, exam_id=work.script.exam_id, by=by)
    if work.withdrawn_at is None:
        work.withdrawn_at = at
        record_about(session, exam, "control.withdrawn", by=by, at=at, new={"use": work.use.value})


def _checked(exam: Exam, agreed: Mapping[str, AgreedPoint]) -> Mapping[str, Points]:
    try:
        sheet = ScoreSheet(
            scheme=scheme_of(exam), points={label: one.points for label, one in agreed.items()}
        )
        sheet.check_complete()
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error
    return sheet.points


def _standing(session: Session, script_id: UUID) -> ControlWork | None:
    return session.scalar(
        select(ControlWork).where(
            ControlWork.script_id == script_id, ControlWork.withdrawn_at.is_(None)
        )
    )


def _is_planned(session: Session, script: Script) -> bool:
    """Whether somebody had the script, or a published plan holds it."""
    had = select(Assignment.id).where(Assignment.script_id == script.id)
    planned = (
        select(PlanRow.id)
        .join(Plan, Plan.id == PlanRow.plan_id)
        .where(PlanRow.script_id == script.id, Plan.state == PlanState.PUBLISHED)
    )
    return any(session.scalar(query.limit(1)) is not None for query in (had, planned))
