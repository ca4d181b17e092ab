"""What an exam is read by: the scale of marks and the page template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.rereading import ask_to_reread
from app.bridge.scans import list_forms
from app.bridge.scheme import scheme_of
from app.errors import NotYours, Refusal
from app.models import (
    Exam,
    ExamTemplate,
    MarkThreshold,
)
from app.services.exams.exam import get_own_exam
from scanning import PageTemplate
from scoring import MarkThresholds

FIRST_FORM, LONGEST_TITLE = 1, 60


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
    record_about(
        session, exam, "exam.marks_set", by=by, at=at, old=old, new=new, why=thresholds.source
    )


def set_template(
    session: Session,
    *,
    exam_id: UUID,
    layout: Mapping[str, Any],
    by: Actor,
    at: datetime,
    form: int | None = FIRST_FORM,
    title: str = "",
) -> ExamTemplate:
    """Store a new version of a form; pages that wait are read anew with it, from the kept files.

    Args:
        session: a writing session.
        exam_id: the exam.
        layout: the form as a layout of vpr-roster/1.
        by: who draws.
        at: when.
        form: which of the exam's forms; None for one more form.
        title: what people call it.

    Raises:
        NotYours: the exam is not his, or has no such form.
        Refusal: the title is too long.
        scanning.LayoutError: a value of the layout is missing or impossible.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    template = PageTemplate.from_layout(dict(layout))
    if len(title.strip()) > LONGEST_TITLE:
        raise Refusal("Название бланка длиннее %(most)s знаков.", most=LONGEST_TITLE)
    made = ExamTemplate(
        exam_id=exam_id,
        number=len(exam.templates) + 1,
        form=_form_number(exam, form),
        title=title.strip(),
        layout=template.to_layout(),
        created_at=at,
        created_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    session.expire(exam, ["templates"])
    new = {"number": made.number, "form": made.form}
    record_about(session, exam, "exam.template_set", by=by, at=at, new=new)
    ask_to_reread(session, exam_id=exam_id, template_id=made.id, at=at)
    return made


def _form_number(exam: Exam, form: int | None) -> int:
    known = {row.form for row in exam.templates}
    if form is None:
        return max(known, default=0) + 1
    if form not in known and form != FIRST_FORM:
        raise NotYours
    return form


def retire_form(session: Session, *, exam_id: UUID, form: int, by: Actor, at: datetime) -> None:
    """Take a form out of use: bundles to come are not searched for it, filed pages stay.

    Raises:
        NotYours: the exam is not his, or has no such form in use.
        Refusal: it is the only one.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    forms = list_forms(session, exam_id=exam_id)
    found = next((one for one in forms if one.number == form), None)
    if found is None:
        raise NotYours
    if len(forms) == 1:
        raise Refusal("Это единственный бланк работы: без него сканы не прочесть.")
    session.get_one(ExamTemplate, found.template_id).retired_at = at
    session.flush()
    record_about(session, exam, "exam.form_retired", by=by, at=at, new={"form": form})
