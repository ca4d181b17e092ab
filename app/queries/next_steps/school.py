"""What a school coordinator should do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.corrected import count_corrected
from app.bridge.scripts import is_contradicted, is_work
from app.bridge.titles import title_of
from app.models import (
    Bundle,
    Campaign,
    Exam,
    ExamEntry,
    FormVersion,
    Page,
    Participant,
    Plan,
    PlanLevel,
    PlanRow,
    PlanState,
    Scheme,
    School,
    SchoolClass,
    Script,
)
from app.queries.next_steps.step import Step, Urgency, step


def school_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """From the register of classes to the form of results."""
    for school_id in sorted(actor.school_ids(Permission.DECIDE_PAGES)):
        school = session.get_one(School, school_id)
        yield from _registers(session, school)
        for exam in _exams(session, school):
            yield from _scans(session, exam, school_id, today)
            yield from _exam_steps(session, exam, school_id, today)


def scanning_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """What waits to be scanned, for whoever does nothing else in the school."""
    mine = actor.school_ids(Permission.UPLOAD_SCANS) - actor.school_ids(Permission.DECIDE_PAGES)
    for school_id in sorted(mine):
        for exam in _exams(session, session.get_one(School, school_id)):
            yield from _scans(session, exam, school_id, today)


def _exams(session: Session, school: School) -> Sequence[Exam]:
    query = (
        select(Exam)
        .join(Campaign)
        .where(Campaign.municipality_id == school.municipality_id)
        .order_by(Exam.held_on, Exam.subject)
    )
    return session.scalars(query).all()


def _registers(session: Session, school: School) -> Iterator[Step]:
    classes = select(func.count(SchoolClass.id)).where(SchoolClass.school_id == school.id)
    codes = select(func.count(Participant.id)).where(Participant.school_id == school.id)
    if not session.scalar(classes):
        yield step("Загрузите реестр классов школы.", "registers.index")
    elif not session.scalar(codes):
        yield step("Загрузите или выдайте коды участников.", "registers.index")


def _scans(session: Session, exam: Exam, school_id: UUID, today: date) -> Iterator[Step]:
    awaited = today >= exam.held_on and _takes_part(session, exam, school_id)
    if awaited and not _count(session, exam, school_id, _bundles):
        yield step("%(exam)s: загрузите сканы.", "scans.index", exam=title_of(exam))


def _exam_steps(session: Session, exam: Exam, school_id: UUID, today: date) -> Iterator[Step]:
    yield from _pages(session, exam, school_id)
    yield from _absent_with_works(session, exam, school_id)
    received = _received(session, exam, school_id)
    if received:
        yield step(
            "%(exam)s: распределите работы по экспертам школы, получено: %(count)s.",
            "plans.index",
            urgency=Urgency.SOON,
            exam=title_of(exam),
            count=received,
        )
    yield from _form(session, exam, school_id, today)
    yield from _corrected(session, exam, school_id)


def _pages(session: Session, exam: Exam, school_id: UUID) -> Iterator[Step]:
    """What a person decides first, and only then what goes to the experts."""
    waiting = _count(session, exam, school_id, _waiting_pages)
    unpublished = _count(session, exam, school_id, _unpublished)
    if waiting:
        yield step(
            "%(exam)s: страниц ждёт вашего решения: %(count)s.",
            "scans.index",
            urgency=Urgency.SOON,
            exam=title_of(exam),
            count=waiting,
        )
    elif unpublished:
        yield step(
            "%(exam)s: передайте работы на проверку, прочитано: %(count)s.",
            "scans.index",
            exam=title_of(exam),
            count=unpublished,
        )


def _absent_with_works(session: Session, exam: Exam, school_id: UUID) -> Iterator[Step]:
    contradicted = _count(session, exam, school_id, _contradicted)
    if contradicted:
        yield step(
            "%(exam)s: отмечены отсутствующими, но работы есть: %(count)s.",
            "scans.overview",
            urgency=Urgency.SOON,
            values={"exam_id": exam.id, "school_id": school_id},
            exam=title_of(exam),
            count=contradicted,
        )


def _corrected(session: Session, exam: Exam, school_id: UUID) -> Iterator[Step]:
    corrected = count_corrected(session, exam_id=exam.id, school_id=school_id)
    if corrected:
        yield step(
            "%(exam)s: после выпуска формы баллы изменились, работ: %(count)s. Выпустите"
            " исправленную форму.",
            "results.school",
            urgency=Urgency.SOON,
            values={"exam_id": exam.id, "school_id": school_id},
            exam=title_of(exam),
            count=corrected,
        )


def _form(session: Session, exam: Exam, school_id: UUID, today: date) -> Iterator[Step]:
    scanned = _count(session, exam, school_id, _scripts)
    released = _count(session, exam, school_id, _forms)
    if not scanned or released or today < exam.scoring_ends_on:
        return
    yield step(
        "%(exam)s: выпустите форму результатов до %(due)s.",
        "results.index",
        urgency=Urgency.LATE if today > exam.form_due_on else Urgency.NOW,
        exam=title_of(exam),
        due=f"{exam.form_due_on:%d.%m.%Y}",
    )


def _takes_part(session: Session, exam: Exam, school_id: UUID) -> bool:
    query = (
        select(Participant.id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(
            Participant.campaign_id == exam.campaign_id,
            Participant.school_id == school_id,
            SchoolClass.grade == exam.grade,
        )
    )
    return session.scalar(query.limit(1)) is not None


def _count(
    session: Session, exam: Exam, school_id: UUID, query: Callable[[UUID, UUID], Select[int]]
) -> int:
    return session.scalar(query(exam.id, school_id)) or 0


def _bundles(exam_id: UUID, school_id: UUID) -> Select[int]:
    return select(func.count(Bundle.id)).where(
        Bundle.exam_id == exam_id, Bundle.school_id == school_id
    )


def _waiting_pages(exam_id: UUID, school_id: UUID) -> Select[int]:
    return (
        select(func.count(Page.id))
        .join(Bundle, Bundle.id == Page.bundle_id)
        .where(
            Bundle.exam_id == exam_id, Bundle.school_id == school_id, Page.needs_person.is_(True)
        )
    )


def _scripts(exam_id: UUID, school_id: UUID) -> Select[int]:
    return (
        select(func.count(Script.id))
        .join(Participant)
        .where(Script.exam_id == exam_id, Participant.school_id == school_id, is_work())
    )


def _unpublished(exam_id: UUID, school_id: UUID) -> Select[int]:
    return (
        select(func.count(Script.id))
        .join(Participant)
        .where(
            Script.exam_id == exam_id,
            Participant.school_id == school_id,
            Script.published_at.is_(None),
            is_work(),
        )
    )


def _contradicted(exam_id: UUID, school_id: UUID) -> Select[int]:
    return (
        select(func.count(ExamEntry.id))
        .join(Participant, Participant.id == ExamEntry.participant_id)
        .where(ExamEntry.exam_id == exam_id, Participant.school_id == school_id, is_contradicted())
    )


def _forms(exam_id: UUID, school_id: UUID) -> Select[int]:
    return select(func.count(FormVersion.id)).where(
        FormVersion.exam_id == exam_id, FormVersion.school_id == school_id
    )


def _received(session: Session, exam: Exam, school_id: UUID) -> int:
    """Readings that a published plan sent to the school and that it has not spread yet."""
    plan = session.scalars(
        select(Plan).where(
            Plan.exam_id == exam.id,
            Plan.level == PlanLevel.MUNICIPAL,
            Plan.state == PlanState.PUBLISHED,
            Plan.scheme != Scheme.MUNICIPAL,
        )
    ).first()
    if plan is None:
        return 0
    spread = select(Plan.id).where(
        Plan.parent_id == plan.id,
        Plan.school_id == school_id,
        Plan.state == PlanState.PUBLISHED,
    )
    if session.scalar(spread.limit(1)) is not None:
        return 0
    received = select(func.count(PlanRow.id)).where(
        PlanRow.plan_id == plan.id, PlanRow.school_id == school_id
    )
    return session.scalar(received) or 0
