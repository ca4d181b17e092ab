"""Participants' codes by class and campaign, as coordinators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.scans import list_forms
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Exam, Participant, School, SchoolClass, Script
from app.queries.campaigns import CampaignChoice, campaigns_of
from app.queries.registers.places import ClassView, list_classes, show_class
from app.queries.registers.reach import managed_schools
from scanning import PageTemplate


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeView:
    """One code; a used one has a work already."""

    id: UUID
    code: str
    used: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChoice:
    """One of an exam's forms, for its answer sheets."""

    number: int
    title: str
    template: PageTemplate
    pages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamChoice:
    """An exam of the class's grade, for its protocol and its answer sheets."""

    id: UUID
    title: ExamTitle
    held_on: date
    forms: tuple[FormChoice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassCodes:
    """The codes of one class in one campaign, and the exams of its grade."""

    school_class: ClassView
    campaign: CampaignChoice
    codes: tuple[CodeView, ...]
    exams: tuple[ExamChoice, ...]


def list_campaigns(session: Session, *, by: Actor) -> tuple[CampaignChoice, ...]:
    """Campaigns of the municipalities of the actor's schools, the newest first."""
    mine = select(School.municipality_id).where(managed_schools(by))
    return campaigns_of(session, set(session.scalars(mine)))


def list_class_codes(
    session: Session, *, campaign_id: UUID, by: Actor, school_id: UUID | None = None
) -> tuple[tuple[ClassView, int], ...]:
    """Classes of the campaign's municipality with the number of their codes in it."""
    campaign = _campaign(session, campaign_id, by=by)
    query = (
        select(Participant.class_id, func.count())
        .where(Participant.campaign_id == campaign_id)
        .group_by(Participant.class_id)
    )
    counts = dict(session.execute(query).all())
    inside = set(
        session.scalars(select(School.id).where(School.municipality_id == campaign.municipality_id))
    )
    return tuple(
        (found, counts.get(found.id, 0))
        for found in list_classes(session, by=by, school_id=school_id)
        if found.school_id in inside
    )


def list_codes(
    session: Session, *, campaign_id: UUID, by: Actor
) -> tuple[tuple[str, str, str], ...]:
    """Login of the school, class and code of every code of the campaign in the actor's schools."""
    campaign = _campaign(session, campaign_id, by=by)
    query = (
        select(School.login, SchoolClass, Participant.code)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .join(School, School.id == Participant.school_id)
        .where(Participant.campaign_id == campaign.id, managed_schools(by))
        .order_by(School.login, SchoolClass.grade, SchoolClass.letter, Participant.code)
    )
    return tuple((login, found.name, code) for login, found, code in session.execute(query))


def show_class_codes(
    session: Session, *, campaign_id: UUID, class_id: UUID, by: Actor
) -> ClassCodes:
    """The codes of one class, in their order.

    Raises:
        NotYours: the class or the campaign is not the actor's.
    """
    school_class = show_class(session, class_id=class_id, by=by)
    campaign = _campaign(session, campaign_id, by=by)
    if session.get_one(SchoolClass, class_id).school.municipality_id != campaign.municipality_id:
        raise NotYours
    query = (
        select(Participant.id, Participant.code, func.count(Script.id))
        .outerjoin(Script, Script.participant_id == Participant.id)
        .where(Participant.campaign_id == campaign_id, Participant.class_id == class_id)
        .group_by(Participant.id, Participant.code)
        .order_by(Participant.code)
    )
    return ClassCodes(
        school_class=school_class,
        campaign=campaign,
        codes=tuple(
            CodeView(id=key, code=code, used=works > 0)
            for key, code, works in session.execute(query)
        ),
        exams=_exams(session, campaign_id=campaign_id, grade=school_class.grade),
    )


def _exams(session: Session, *, campaign_id: UUID, grade: int) -> tuple[ExamChoice, ...]:
    query = (
        select(Exam)
        .where(Exam.campaign_id == campaign_id, Exam.grade == grade)
        .order_by(Exam.held_on, Exam.subject)
    )
    return tuple(
        ExamChoice(
            id=found.id,
            title=title_of(found),
            held_on=found.held_on,
            forms=_forms(session, found),
        )
        for found in session.scalars(query)
    )


def _forms(session: Session, exam: Exam) -> tuple[FormChoice, ...]:
    return tuple(
        FormChoice(
            number=form.number,
            title=form.title,
            template=form.template,
            pages=exam.pages_expected or form.template.pages or 1,
        )
        for form in list_forms(session, exam_id=exam.id)
    )


def _campaign(session: Session, campaign_id: UUID, *, by: Actor) -> CampaignChoice:
    for choice in list_campaigns(session, by=by):
        if choice.id == campaign_id:
            return choice
    raise NotYours
