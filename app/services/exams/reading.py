"""What an exam is read by: the scale of marks and the page template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.scheme import scheme_of
from app.models import (
    ExamTemplate,
    MarkThreshold,
)
from app.services.exams.exam import get_own_exam, tell
from scanning import PageTemplate
from scoring import MarkThresholds


def set_marks(
    session: Session, *, exam_id: UUID, thresholds: MarkThresholds, by: Actor, at: datetime
) -> None:
    """Set from which raw score each mark begins, with the source of the scale.

    Raises:
        NotYours: the exam is not his.
        scoring.SchemeError: the 5 cannot be reached.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    if exam.criteria:
        thresholds.check_against(scheme_of(exam))
    old = {str(row.mark): row.min_points for row in exam.marks}
    session.execute(delete(MarkThreshold).where(MarkThreshold.exam_id == exam_id))
    session.expire(exam, ["marks"])
    bounds = {3: thresholds.three, 4: thresholds.four, 5: thresholds.five}
    session.add_all(
        MarkThreshold(exam_id=exam_id, mark=mark, min_points=least)
        for mark, least in bounds.items()
    )
    exam.marks_source, exam.marks_year = thresholds.source.strip(), thresholds.year
    new = {str(mark): least for mark, least in bounds.items()}
    tell(session, exam, "exam.marks_set", by=by, at=at, old=old, new=new, why=thresholds.source)


def set_template(
    session: Session, *, exam_id: UUID, layout: Mapping[str, Any], by: Actor, at: datetime
) -> ExamTemplate:
    """Store a new version of the page template; the newest counts for pages read from now on.

    Raises:
        NotYours: the exam is not his.
        scanning.LayoutError: a value of the layout is missing or impossible.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    template = PageTemplate.from_layout(dict(layout))
    made = ExamTemplate(
        exam_id=exam_id,
        number=len(exam.templates) + 1,
        layout=template.to_layout(),
        created_at=at,
        created_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    session.expire(exam, ["templates"])
    tell(session, exam, "exam.template_set", by=by, at=at, new={"number": made.number})
    return made
