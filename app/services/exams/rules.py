"""The table of reconciling: what of two readings calls a third expert, criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.errors import Refusal
from app.models import AgreedRule, Exam
from app.services.exams.exam import get_own_exam, has_begun


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconcileSpec:
    """The table as a coordinator sets it.

    Attributes:
        sum_tolerance: the largest difference of two totals that still agrees.
        criterion_tolerance: the same for a criterion without one of its own.
        own: tolerances of single criteria by label; None: the common one.
        x_diverges: X against a number is a divergence by itself.
        agreed_rule: how two close readings become one.
    """

    sum_tolerance: int
    criterion_tolerance: int
    own: Mapping[str, int | None]
    x_diverges: bool
    agreed_rule: AgreedRule

    def __post_init__(self) -> None:
        own = [one for one in self.own.values() if one is not None]
        if min(self.sum_tolerance, self.criterion_tolerance, *own) < 0:
            raise Refusal("Допустимая разница не может быть меньше нуля.")


def set_reconciling(
    session: Session, *, exam_id: UUID, spec: ReconcileSpec, by: Actor, at: datetime
) -> None:
    """Set the table of an exam whose scoring has not begun.

    What the first sheet is judged by, the last one is too.

    Raises:
        NotYours: the exam is not his.
        Refusal: scoring has begun.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    old = _told(exam)
    if has_begun(session, exam_id):
        raise Refusal(
            "Проверка уже началась: допустимая разница и согласованный балл больше не меняются."
        )
    exam.sum_tolerance, exam.criterion_tolerance = spec.sum_tolerance, spec.criterion_tolerance
    exam.x_diverges, exam.agreed_rule = spec.x_diverges, spec.agreed_rule
    for row in exam.criteria:
        row.tolerance = spec.own.get(row.label)
    session.flush()
    record_about(session, exam, "exam.rules_set", by=by, at=at, old=old, new=_told(exam))


def _told(exam: Exam) -> dict[str, object]:
    return {
        "sum_tolerance": exam.sum_tolerance,
        "criterion_tolerance": exam.criterion_tolerance,
        "x_diverges": exam.x_diverges,
        "agreed_rule": exam.agreed_rule.value,
        "criteria": {
            row.label: row.tolerance for row in exam.criteria if row.tolerance is not None
        },
    }
