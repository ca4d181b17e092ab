"""What the register's filters offer: exams, schools and members of the cases in sight."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.titles import ExamTitle
from app.models import Assignment, Exam, Expert, Person, RecheckCase, RecheckReading, School
from app.queries.rechecks.sight import case_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterChoices:
    """Keys and names, each list by name."""

    exams: tuple[tuple[UUID, ExamTitle], ...]
    schools: tuple[tuple[UUID, str], ...]
    members: tuple[tuple[UUID, str], ...]


def list_filter_choices(session: Session, *, actor: Actor) -> FilterChoices:
    """What can be chosen for the cases that the person sees."""
    seen = case_rows(actor)
    exams = seen.with_only_columns(Exam.id, Exam.subject, Exam.grade).distinct()
    schools = seen.with_only_columns(School.id, School.name).distinct()
    members = (
        select(Expert.id, Person.display_name)
        .join(Person, Person.id == Expert.person_id)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .join(RecheckReading, RecheckReading.assignment_id == Assignment.id)
        .where(
            Assignment.withdrawn_at.is_(None),
            RecheckReading.case_id.in_(seen.with_only_columns(RecheckCase.id)),
        )
        .distinct()
        .order_by(Person.display_name, Expert.id)
    )
    return FilterChoices(
        exams=tuple(
            (key, ExamTitle(subject=subject, grade=grade))
            for key, subject, grade in session.execute(exams.order_by(Exam.subject, Exam.grade))
        ),
        schools=tuple(
            (key, name) for key, name in session.execute(schools.order_by(School.name, School.id))
        ),
        members=tuple((key, name) for key, name in session.execute(members)),
    )
