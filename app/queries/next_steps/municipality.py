"""What a municipal coordinator should do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.titles import title_of
from app.models import (
    Campaign,
    Exam,
    Expert,
    FormVersion,
    Participant,
    Plan,
    PlanLevel,
    PlanState,
    School,
    Script,
)
from app.queries.attention import list_attention
from app.queries.next_steps.step import Step, Urgency, step


def municipality_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """From the list of schools to the forms that are not there."""
    places = actor.municipality_ids(Permission.EDIT_EXAM)
    if not places:
        return
    yield from _waiting(session, actor)
    yield from _beginnings(session, places)
    query = (
        select(Exam)
        .join(Campaign)
        .where(Campaign.municipality_id.in_(places))
        .options(
            selectinload(Exam.criteria), selectinload(Exam.templates), selectinload(Exam.marks)
        )
        .order_by(Exam.held_on, Exam.subject)
    )
    for exam in session.scalars(query):
        yield from _exam_steps(session, exam, today)


def _waiting(session: Session, actor: Actor) -> Iterator[Step]:
    waiting = list_attention(session, by=actor).count
    if waiting:
        yield step(
            "Работ, которые ждут вашего решения: %(count)s.",
            "results.attention",
            urgency=Urgency.SOON,
            count=waiting,
        )


def _beginnings(session: Session, places: frozenset[UUID]) -> Iterator[Step]:
    schools = select(func.count(School.id)).where(School.municipality_id.in_(places))
    if not session.scalar(schools):
        yield step("Загрузите список школ.", "registers.index")
        return
    experts = select(func.count(Expert.id)).join(School).where(School.municipality_id.in_(places))
    if not session.scalar(experts):
        yield step("Экспертов ещё нет: загрузите реестр экспертов.", "registers.index")
    campaigns = select(func.count(Campaign.id)).where(Campaign.municipality_id.in_(places))
    if not session.scalar(campaigns):
        yield step("Создайте кампанию ВПР и работы в ней.", "exams.index")


def _exam_steps(session: Session, exam: Exam, today: date) -> Iterator[Step]:
    title, values = title_of(exam), {"exam_id": exam.id}
    if not exam.criteria:
        yield step("%(exam)s: задайте критерии.", "exams.exam", values=values, exam=title)
    if not exam.templates:
        yield step("%(exam)s: нарисуйте шаблон страницы.", "exams.exam", values=values, exam=title)
    elif exam.criteria and not exam.marks:
        yield step(
            "%(exam)s: внесите шкалу отметок, без неё в форме и отчётах отметок не будет.",
            "exams.marks",
            urgency=Urgency.LATER,
            values=values,
            exam=title,
        )
    published = _published_scripts(session, exam.id)
    if published and not _has_plan(session, exam.id):
        yield step(
            "%(exam)s: выберите схему проверки, готово работ: %(count)s.",
            "plans.index",
            urgency=Urgency.SOON if today >= exam.held_on else Urgency.NOW,
            exam=title,
            count=published,
        )
    late = _schools_without_form(session, exam) if today > exam.form_due_on else 0
    if late:
        yield step(
            "%(exam)s: форму не выпустили школы: %(count)s, срок был %(due)s.",
            "results.index",
            urgency=Urgency.LATE,
            exam=title,
            count=late,
            due=f"{exam.form_due_on:%d.%m.%Y}",
        )


def _published_scripts(session: Session, exam_id: UUID) -> int:
    query = select(func.count(Script.id)).where(
        Script.exam_id == exam_id, Script.published_at.is_not(None)
    )
    return session.scalar(query) or 0


def _has_plan(session: Session, exam_id: UUID) -> bool:
    query = select(Plan.id).where(
        Plan.exam_id == exam_id,
        Plan.level == PlanLevel.MUNICIPAL,
        Plan.state == PlanState.PUBLISHED,
    )
    return session.scalar(query.limit(1)) is not None


def _schools_without_form(session: Session, exam: Exam) -> int:
    released = select(FormVersion.school_id).where(FormVersion.exam_id == exam.id)
    query = (
        select(func.count(Participant.school_id.distinct()))
        .join(Script, Script.participant_id == Participant.id)
        .where(Script.exam_id == exam.id, Participant.school_id.not_in(released))
    )
    return session.scalar(query) or 0
