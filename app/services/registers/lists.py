"""What schools declare to a campaign: the list, applications, questionnaires, experts."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record as trace
from app.bridge.places import get_campaign_of
from app.bridge.subjects import same_subject
from app.errors import Refusal
from app.exchange.registers import (
    ApplicationRecord,
    ExpertNumberRecord,
    FactsRecord,
    QuestionnaireRecord,
    facts_cells,
)
from app.models import (
    Campaign,
    Exam,
    ExamApplication,
    ExpertNumber,
    ListVerification,
    Questionnaire,
    School,
    SchoolFacts,
)
from app.services.registers.changes import Change, Facts, Saved, Subject, saved
from app.services.registers.declared import keep_version
from app.services.registers.schools import SchoolEntry, save_school
from app.services.registers.scope import get_campaign, own_school_by_login

Row = TypeVar("Row", SchoolFacts, ExamApplication, Questionnaire, ExpertNumber)


def save_facts(
    session: Session, *, campaign_id: UUID, record: FactsRecord, by: Actor, at: datetime
) -> Saved:
    """A school's line in the verified list; its name and part in the checks go to the register.

    Raises:
        Refusal: the school is not among one's own.
        NotYours: the municipality or the campaign is not his.
    """
    school = own_school_by_login(session, record.school, by=by)
    campaign = get_campaign(session, campaign_id, school=school)
    by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=school.municipality_id)
    entry = SchoolEntry(login=school.login, name=record.name, participating=record.participating)
    save_school(
        session,
        municipality_id=school.municipality_id,
        entry=entry,
        school_id=school.id,
        by=by,
        at=at,
    )
    row = _find(session, SchoolFacts, _of(SchoolFacts, campaign.id, school.id))
    old = _facts_of(row) if row else None
    row = row or SchoolFacts(campaign_id=campaign.id, school_id=school.id)
    row.kind, row.levels, row.changed_at = record.kind, list(record.levels), at
    row.takes = {str(one.grade): list(one.subjects) for one in record.takes}
    return _kept(session, row, "school_facts", school, old=old, new=_facts_of(row), by=by, at=at)


def verify_list(session: Session, *, campaign_id: UUID, by: Actor, at: datetime) -> int:
    """Say that the list of schools is whole.

    Returns:
        How many schools it holds.

    Raises:
        NotYours: the campaign is not his.
        Refusal: there are schools whose line is not filled in.
    """
    campaign = get_campaign_of(
        session,
        campaign_id=campaign_id,
        permission=Permission.MANAGE_MUNICIPALITY,
        by=by,
        lock=True,
    )
    filled = select(SchoolFacts.school_id).where(SchoolFacts.campaign_id == campaign_id)
    schools = select(func.count(School.id)).where(
        School.municipality_id == campaign.municipality_id, School.participating
    )
    lacking = session.scalar(schools.where(School.id.not_in(filled))) or 0
    if lacking:
        raise Refusal("Строки списка нет у школ: %(count)s. Заполните и загрузите.", count=lacking)
    last = session.scalar(
        select(func.max(ListVerification.number)).where(ListVerification.campaign_id == campaign_id)
    )
    lines = _lines(session, campaign)
    made = ListVerification(
        campaign_id=campaign_id,
        number=(last or 0) + 1,
        schools=len(lines),
        lines=lines,
        verified_at=at,
        verified_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    trace(
        session,
        action="campaign.list_verified",
        subject_kind="campaign",
        subject_id=campaign_id,
        by=by,
        at=at,
        municipality_id=campaign.municipality_id,
        new={"number": made.number, "schools": made.schools},
    )
    return made.schools


def _lines(session: Session, campaign: Campaign) -> list[list[str]]:
    """The list as its file has it."""
    query = (
        select(SchoolFacts)
        .join(School)
        .where(SchoolFacts.campaign_id == campaign.id, School.participating)
        .order_by(School.name, School.id)
    )
    return [
        list(
            facts_cells(
                login=one.school.login,
                name=one.school.name,
                participating=True,
                kind=one.kind,
                levels=one.levels,
                takes=one.takes,
            )
        )
        for one in session.scalars(query)
    ]


def save_application(
    session: Session, *, campaign_id: UUID, record: ApplicationRecord, by: Actor, at: datetime
) -> Saved:
    """A school's application to one exam.

    Raises:
        Refusal: the school is not among one's own, or the campaign has no such exam.
        NotYours: the campaign is another municipality's.
    """
    school = own_school_by_login(session, record.school, by=by)
    exam = _exam(session, get_campaign(session, campaign_id, school=school), record)
    mine = (ExamApplication.exam_id == exam.id) & (ExamApplication.school_id == school.id)
    row = _find(session, ExamApplication, mine)
    old = _application_of(row, exam) if row else None
    row = row or ExamApplication(exam_id=exam.id, school_id=school.id)
    row.classes, row.participants = record.classes, record.participants
    row.held_on, row.changed_at = record.held_on, at
    new = _application_of(row, exam)
    return _kept(session, row, "application", school, old=old, new=new, by=by, at=at)


def save_questionnaire(
    session: Session, *, campaign_id: UUID, record: QuestionnaireRecord, by: Actor, at: datetime
) -> Saved:
    """A school's questionnaire.

    Raises:
        Refusal: the school is not among one's own.
        NotYours: the campaign is another municipality's.
    """
    school = own_school_by_login(session, record.school, by=by)
    campaign = get_campaign(session, campaign_id, school=school)
    row = _find(session, Questionnaire, _of(Questionnaire, campaign.id, school.id))
    old = _questionnaire_of(row) if row else None
    row = row or Questionnaire(campaign_id=campaign.id, school_id=school.id)
    row.rooms, row.organisers, row.scanners = record.rooms, record.organisers, record.scanners
    row.printers, row.remark, row.changed_at = record.printers, record.remark, at
    new = _questionnaire_of(row)
    return _kept(session, row, "questionnaire", school, old=old, new=new, by=by, at=at)


def save_expert_number(
    session: Session, *, campaign_id: UUID, record: ExpertNumberRecord, by: Actor, at: datetime
) -> Saved:
    """How many experts of a subject a school can give.

    Raises:
        Refusal: the school is not among one's own.
        NotYours: the campaign is another municipality's.
    """
    school = own_school_by_login(session, record.school, by=by)
    campaign = get_campaign(session, campaign_id, school=school)
    mine = select(ExpertNumber).where(_of(ExpertNumber, campaign.id, school.id))
    known = session.scalars(mine.order_by(ExpertNumber.subject))
    row = next((one for one in known if same_subject(one.subject, record.subject)), None)
    old = {"subject": row.subject, "experts": row.experts} if row else None
    row = row or ExpertNumber(campaign_id=campaign.id, school_id=school.id, subject=record.subject)
    row.experts, row.changed_at = record.experts, at
    new = {"subject": row.subject, "experts": row.experts}
    return _kept(session, row, "expert_number", school, old=old, new=new, by=by, at=at)


def _of(
    table: type[SchoolFacts | Questionnaire | ExpertNumber], campaign_id: UUID, school_id: UUID
) -> ColumnElement[bool]:
    return (table.campaign_id == campaign_id) & (table.school_id == school_id)


def _find(session: Session, table: type[Row], condition: ColumnElement[bool]) -> Row | None:
    return session.scalar(select(table).where(condition))


def _kept(
    session: Session,
    row: Row,
    kind: str,
    school: School,
    *,
    old: Facts | None,
    new: Facts,
    by: Actor,
    at: datetime,
) -> Saved:
    session.add(row)
    session.flush()
    subject = Subject(
        kind=kind, id=row.id, municipality_id=school.municipality_id, school_id=school.id
    )
    shown = None if old is None else {"login": school.login, **old}
    done = saved(session, subject, old=shown, new={"login": school.login, **new}, by=by, at=at)
    if done.change is not Change.UNCHANGED:
        keep_version(session, row, by=by, at=at)
    return done


def _exam(session: Session, campaign: Campaign, record: ApplicationRecord) -> Exam:
    query = select(Exam).where(Exam.campaign_id == campaign.id, Exam.grade == record.grade)
    for exam in session.scalars(query):
        if same_subject(exam.subject, record.subject):
            return exam
    raise Refusal(
        "Работы «%(subject)s, %(grade)s класс» в кампании нет.",
        subject=record.subject,
        grade=record.grade,
    )


def _facts_of(row: SchoolFacts) -> Facts:
    takes = "; ".join(f"{grade}: {', '.join(names)}" for grade, names in row.takes.items())
    return {"type": row.kind.value, "levels": ", ".join(row.levels), "takes": takes}


def _application_of(row: ExamApplication, exam: Exam) -> Facts:
    return {
        "subject": exam.subject,
        "grade": exam.grade,
        "classes": row.classes,
        "participants": row.participants,
        "held_on": str(row.held_on or ""),
    }


def _questionnaire_of(row: Questionnaire) -> Facts:
    names = ("rooms", "organisers", "scanners", "printers", "remark")
    return {name: getattr(row, name) for name in names}
