"""Reminders of the schedule: what is near and not done yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission, Role
from app.bridge.schedule import Schedules, schedules_of
from app.bridge.terms import Standing, term_of
from app.bridge.titles import title_of
from app.models import (
    AfterResults,
    AfterStep,
    Campaign,
    Exam,
    ExamApplication,
    ListVerification,
    Questionnaire,
    RoleGrant,
    School,
    SchoolClass,
)
from app.queries.next_steps.step import Step, Urgency, step
from scoring import Deadline, Milestone

_NEAR = {
    Standing.LATE: Urgency.LATE,
    Standing.TODAY: Urgency.SOON,
    Standing.SOON: Urgency.SOON,
}
_OF_MUNICIPALITY = {
    Milestone.LIST: "%(campaign)s: сверьте список ОО до %(due)s.",
    Milestone.ACCOUNTS: "%(campaign)s: раздайте учётные записи координаторам ОО до %(due)s.",
}
_OF_SCHOOL = {
    Milestone.APPLICATIONS: "%(campaign)s: подайте заявку до %(due)s.",
    Milestone.QUESTIONNAIRES: "%(campaign)s: заполните анкету до %(due)s.",
    Milestone.TIMETABLE: "%(campaign)s: назначьте дни работ в расписании до %(due)s.",
}
_AFTER_RESULTS = {
    Milestone.FAMILIES: (
        AfterStep.FAMILIES,
        "%(exam)s: сообщите результаты семьям до %(due)s и отметьте это.",
    ),
    Milestone.ANALYSIS: (
        AfterStep.ANALYSIS,
        "%(exam)s: подготовьте анализ результатов до %(due)s и отметьте это.",
    ),
}


def schedule_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """What the schedule asks of coordinators of municipalities and of schools."""
    of_places = Campaign.municipality_id.in_(actor.municipality_ids(Permission.EDIT_EXAM))
    for campaign, schedules in _campaigns(session, of_places):
        yield from _municipal(session, campaign, schedules, today)
    for school_id in sorted(actor.school_ids(Permission.RELEASE_RESULTS)):
        home = session.get_one(School, school_id).municipality_id
        for campaign, schedules in _campaigns(session, Campaign.municipality_id == home):
            yield from _of_school(session, campaign, schedules, school_id, today)
            yield from _after_results(session, campaign, schedules, school_id, today)


def _campaigns(
    session: Session, condition: ColumnElement[bool]
) -> Iterator[tuple[Campaign, Schedules]]:
    query = select(Campaign).where(condition).options(selectinload(Campaign.exams))
    found = session.scalars(query.order_by(Campaign.year, Campaign.name)).all()
    schedules = schedules_of(session, found)
    for campaign in found:
        yield campaign, schedules


def _municipal(
    session: Session, campaign: Campaign, schedules: Schedules, today: date
) -> Iterator[Step]:
    open_ones = {
        Milestone.LIST: lambda: (
            not _exists(session, ListVerification, ListVerification.campaign_id == campaign.id)
        ),
        Milestone.ACCOUNTS: lambda: _without_coordinator(session, campaign.municipality_id) > 0,
    }
    for deadline, urgency in _near(campaign, schedules, today, _OF_MUNICIPALITY):
        if open_ones[deadline.milestone]():
            text = _OF_MUNICIPALITY[deadline.milestone]
            yield _campaign_step(text, campaign, deadline, urgency)


def _of_school(
    session: Session, campaign: Campaign, schedules: Schedules, school_id: UUID, today: date
) -> Iterator[Step]:
    exams = select(Exam.id).where(Exam.campaign_id == campaign.id)
    mine = (ExamApplication.school_id == school_id) & ExamApplication.exam_id.in_(exams)
    filled = (Questionnaire.school_id == school_id) & (Questionnaire.campaign_id == campaign.id)
    open_ones = {
        Milestone.APPLICATIONS: lambda: not _exists(session, ExamApplication, mine),
        Milestone.QUESTIONNAIRES: lambda: not _exists(session, Questionnaire, filled),
        Milestone.TIMETABLE: lambda: _exists(
            session, ExamApplication, mine & ExamApplication.held_on.is_(None)
        ),
    }
    for deadline, urgency in _near(campaign, schedules, today, _OF_SCHOOL):
        if open_ones[deadline.milestone]():
            yield _campaign_step(_OF_SCHOOL[deadline.milestone], campaign, deadline, urgency)


def _after_results(
    session: Session, campaign: Campaign, schedules: Schedules, school_id: UUID, today: date
) -> Iterator[Step]:
    """From the official results until the school has noted that it is done."""
    of_school = SchoolClass.school_id == school_id
    grades = set(session.scalars(select(SchoolClass.grade).where(of_school)))
    noted = select(AfterResults.exam_id, AfterResults.step).where(
        AfterResults.school_id == school_id
    )
    done = {(exam_id, after) for exam_id, after in session.execute(noted)}
    for exam in campaign.exams:
        results_on = exam.results_on or schedules.orders[campaign.id].results_on
        if exam.grade not in grades or results_on is None or today < results_on:
            continue
        for deadline in schedules.of_exam(exam):
            wanted = _AFTER_RESULTS.get(deadline.milestone)
            if wanted is None or (exam.id, wanted[0]) in done:
                continue
            yield step(
                wanted[1],
                "results.school",
                urgency=_urgency(campaign, schedules, deadline, today) or Urgency.NOW,
                values={"exam_id": exam.id, "school_id": school_id},
                exam=title_of(exam),
                due=f"{deadline.on:%d.%m.%Y}",
            )


def _near(
    campaign: Campaign, schedules: Schedules, today: date, wanted: Iterable[Milestone]
) -> Iterator[tuple[Deadline, Urgency]]:
    for deadline in schedules.of_campaign(campaign.id):
        urgency = _urgency(campaign, schedules, deadline, today)
        if deadline.milestone in wanted and urgency is not None:
            yield deadline, urgency


def _urgency(
    campaign: Campaign, schedules: Schedules, deadline: Deadline, today: date
) -> Urgency | None:
    calendar = schedules.calendars[campaign.id]
    term = term_of(deadline.on, deadline.on, today=today, calendar=calendar)
    return _NEAR.get(term.standing)


def _campaign_step(text: str, campaign: Campaign, deadline: Deadline, urgency: Urgency) -> Step:
    return step(
        text,
        "schedule.campaign",
        urgency=urgency,
        values={"campaign_id": campaign.id},
        campaign=campaign.name,
        due=f"{deadline.on:%d.%m.%Y}",
    )


def _exists(
    session: Session,
    table: type[ListVerification | ExamApplication | Questionnaire],
    condition: ColumnElement[bool],
) -> bool:
    return session.scalar(select(table.id).where(condition).limit(1)) is not None


def _without_coordinator(session: Session, municipality_id: UUID) -> int:
    held = select(RoleGrant.school_id).where(
        RoleGrant.role == Role.SCHOOL_COORDINATOR, RoleGrant.revoked_at.is_(None)
    )
    query = select(func.count(School.id)).where(
        School.municipality_id == municipality_id,
        School.participating,
        School.id.not_in(held.where(RoleGrant.school_id.is_not(None))),
    )
    return session.scalar(query) or 0
