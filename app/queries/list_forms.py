"""The forms of a campaign's lists, with what is known already, to fill in and bring back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours
from app.exchange.registers import facts_cells
from app.models import (
    Campaign,
    Exam,
    ExamApplication,
    Questionnaire,
    School,
    SchoolClass,
    SchoolFacts,
)
from app.queries.lists import (
    applications_by_school,
    declared_experts,
    facts_by_school,
    get_listed_schools,
)

Rows = list[tuple[str, ...]]


def form_rows(session: Session, *, campaign_id: UUID, key: str, actor: Actor) -> Rows:
    """A form to fill in and bring back: what is known stands in it already.

    Raises:
        NotYours: he manages no school of the campaign's municipality, or there is no such list.
    """
    campaign, schools = get_listed_schools(session, campaign_id, actor)
    forms = {
        "facts": _facts_form,
        "applications": _applications_form,
        "questionnaires": _questionnaires_form,
        "expert_numbers": _experts_form,
        "plan": _plan_form,
    }
    if key not in forms:
        raise NotYours
    return forms[key](session, campaign, schools)


def _facts_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    facts = facts_by_school(session, campaign.id, [one.id for one in schools])
    return [_facts_row(one, facts.get(one.id)) for one in schools]


def _facts_row(school: School, facts: SchoolFacts | None) -> tuple[str, ...]:
    return facts_cells(
        login=school.login,
        name=school.name,
        participating=school.participating,
        kind=facts.kind if facts else None,
        levels=facts.levels if facts else (),
        takes=facts.takes if facts else None,
    )


def _applications_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    """Every exam of every school that has the grade, with its number of classes."""
    keys = [one.id for one in schools]
    known = {
        (one.school_id, one.exam_id): one
        for found in applications_by_school(session, campaign.id, keys).values()
        for one in found
    }
    query = (
        select(SchoolClass.school_id, SchoolClass.grade, func.count())
        .where(SchoolClass.school_id.in_(keys))
        .group_by(SchoolClass.school_id, SchoolClass.grade)
    )
    classes = {(school, grade): count for school, grade, count in session.execute(query)}
    return [
        _application_row(school, exam, known.get((school.id, exam.id)), classes)
        for school in schools
        for exam in campaign.exams
        if (school.id, exam.id) in known or (school.id, exam.grade) in classes
    ]


def _application_row(
    school: School,
    exam: Exam,
    given: ExamApplication | None,
    classes: Mapping[tuple[UUID, int], int],
) -> tuple[str, ...]:
    count = given.classes if given else classes.get((school.id, exam.grade), "")
    day = given.held_on if given else None
    return (
        school.login,
        exam.subject,
        str(exam.grade),
        str(count),
        str(given.participants) if given else "",
        f"{day:%d.%m.%Y}" if day else "",
    )


def _questionnaires_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    query = select(Questionnaire).where(Questionnaire.campaign_id == campaign.id)
    known = {one.school_id: one for one in session.scalars(query)}
    names = ("rooms", "organisers", "scanners", "printers", "remark")
    return [
        (
            school.login,
            *(str(getattr(known[school.id], name)) if school.id in known else "" for name in names),
        )
        for school in schools
    ]


def _experts_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    known = {
        (one.school_id, one.subject): one.experts
        for one in declared_experts(session, campaign.id, [one.id for one in schools])
    }
    subjects = sorted({exam.subject for exam in campaign.exams})
    return [
        (school.login, subject, str(known.get((school.id, subject), "")))
        for school in schools
        for subject in subjects
    ]


def _plan_form(session: Session, campaign: Campaign, schools: list[School]) -> Rows:
    del session, schools
    return [
        (
            exam.subject,
            str(exam.grade),
            *(
                f"{day:%d.%m.%Y}" if day else ""
                for day in (
                    exam.held_on,
                    exam.scoring_ends_on,
                    exam.form_due_on,
                    exam.results_on,
                )
            ),
        )
        for exam in campaign.exams
    ]
