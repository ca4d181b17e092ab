"""Criteria of an exam, and the texts beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.models import (
    Criterion,
    Exam,
)
from app.services.exams.exam import get_own_exam, has_begun, has_controls, tell
from scoring import Criterion as SchemeCriterion
from scoring import ExamScheme


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionSpec:
    """One criterion as it is typed or read from a form; `guide` is the text beside the scan."""

    label: str
    max_points: int
    depends_on: str | None = None
    guide: str = ""


def set_criteria(
    session: Session, *, exam_id: UUID, criteria: Sequence[CriterionSpec], by: Actor, at: datetime
) -> None:
    """Replace the criteria of an exam that nobody has begun to score.

    Raises:
        NotYours: the exam is not his.
        Refusal: scoring has begun, or the exam's scale asks for more than the new maximum.
        scoring.SchemeError: a label, a maximum or a dependency is wrong.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    scheme = _scheme(criteria)
    _check_scale(exam, scheme)
    if has_begun(session, exam_id) or has_controls(session, exam_id):
        raise Refusal(
            "Проверка уже началась: состав критериев больше не меняется. Можно править пояснения."
        )
    old = {criterion.label: criterion.max_points for criterion in exam.criteria}
    _remove_criteria(session, exam)
    _add_criteria(session, exam_id, scheme, guides=[spec.guide for spec in criteria])
    new = {criterion.label: criterion.maximum for criterion in scheme.criteria}
    tell(session, exam, "exam.criteria_set", by=by, at=at, old=old, new=new)


def _check_scale(exam: Exam, scheme: ExamScheme) -> None:
    highest = max((row.min_points for row in exam.marks), default=0)
    if highest > scheme.max_total:
        raise Refusal(
            "Отметка «5» начинается с %(five)s, а новая наибольшая сумма %(total)s: сначала"
            " исправьте шкалу отметок.",
            five=highest,
            total=scheme.max_total,
        )


def _remove_criteria(session: Session, exam: Exam) -> None:
    """Dependencies first: the database refuses to delete a criterion under one that names it."""
    own = Criterion.exam_id == exam.id
    session.execute(update(Criterion).where(own).values(depends_on_id=None))
    session.execute(delete(Criterion).where(own))
    session.expire(exam, ["criteria"])


def _scheme(criteria: Sequence[CriterionSpec]) -> ExamScheme:
    return ExamScheme(
        criteria=tuple(
            SchemeCriterion(
                label=spec.label, maximum=spec.max_points, depends_on=spec.depends_on or None
            )
            for spec in criteria
        )
    )


def _add_criteria(
    session: Session, exam_id: UUID, scheme: ExamScheme, *, guides: Sequence[str]
) -> None:
    made: dict[str, Criterion] = {}
    for position, (criterion, guide) in enumerate(
        zip(scheme.criteria, guides, strict=True), start=1
    ):
        made[criterion.label] = Criterion(
            exam_id=exam_id,
            position=position,
            label=criterion.label,
            max_points=criterion.maximum,
            guide=guide.strip(),
        )
    session.add_all(made.values())
    session.flush()
    for criterion in scheme.criteria:
        if criterion.depends_on is not None:
            made[criterion.label].depends_on_id = made[criterion.depends_on].id
    session.flush()


def set_guides(
    session: Session, *, exam_id: UUID, guides: Mapping[str, str], by: Actor, at: datetime
) -> None:
    """Change the texts beside the criteria, by label; allowed at any time.

    Raises:
        NotYours: the exam is not his.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    old = {criterion.label: criterion.guide for criterion in exam.criteria}
    for criterion in exam.criteria:
        criterion.guide = guides.get(criterion.label, criterion.guide).strip()
    tell(session, exam, "exam.guides_set", by=by, at=at, old=old, new=dict(guides))
