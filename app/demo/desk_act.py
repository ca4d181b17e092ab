"""The last act: the coordinator's desk, with dates, lists, observers, a question, a loaded form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.schedule import Order
from app.demo import cast
from app.demo.stage import Stage
from app.exchange.registers import (
    ApplicationRecord,
    ExpertNumberRecord,
    FactsRecord,
    QuestionnaireRecord,
)
from app.exchange.registers.declared import GradeSubjects
from app.models import Exam, FormVersion, School, SchoolKind
from app.services import observers, registers, results, schedule, support
from scoring import OrderDates

OBSERVERS = ("Наблюдатель Первый", "Наблюдатель Второй", "Наблюдатель Третий")


def fill_the_desk(stage: Stage) -> None:
    """What a coordinator would find on his desk on the day after scoring."""
    with stage.database.transaction() as session:
        by = stage.actor(session, "mk")
        found = [session.get_one(Exam, one) for one in stage.exams]
        schools = [session.get_one(School, one) for one in stage.schools]
        _dates(stage, session, by)
        _lists(stage, session, schools, found, by)
        _observers(stage, session, found[0], by)
        _question(stage, session, by)
        _loaded(stage, session)


def _dates(stage: Stage, session: Session, by: Actor) -> None:
    today = stage.now().date()
    order = Order(
        document="Приказ управления образования № 17",
        dates=OrderDates(
            list_due_on=today - timedelta(days=20),
            applications_due_on=today - timedelta(days=15),
            questionnaires_due_on=today - timedelta(days=1),
            timetable_due_on=today - timedelta(days=10),
        ),
        results_on=today + timedelta(days=30),
    )
    schedule.set_order(session, campaign_id=stage.campaign_id, order=order, by=by, at=stage.now())


def _lists(
    stage: Stage, session: Session, schools: Sequence[School], found: Sequence[Exam], by: Actor
) -> None:
    """Every school has declared itself; the last one has not answered the questionnaire."""
    for one in schools:
        _take_in(stage, session, [_facts(one, found)], by)
        _take_in(stage, session, [_application(one, exam) for exam in found], by)
        numbers = [
            ExpertNumberRecord(school=one.login, subject=exam.subject, experts=2) for exam in found
        ]
        _take_in(stage, session, numbers, by)
    for one in schools[:-1]:
        asked = QuestionnaireRecord(
            school=one.login, rooms=2, organisers=4, scanners=1, printers=2, remark=""
        )
        _take_in(stage, session, [asked], by)
    registers.verify_list(session, campaign_id=stage.campaign_id, by=by, at=stage.now())


def _take_in(stage: Stage, session: Session, records: Sequence[Any], by: Actor) -> None:
    registers.take_in_records(
        session,
        rows=list(enumerate(records, start=2)),
        target=registers.Target(campaign_id=stage.campaign_id),
        apply=True,
        by=by,
        at=stage.now(),
    )


def _facts(school: School, found: Sequence[Exam]) -> FactsRecord:
    grades = sorted({exam.grade for exam in found})
    return FactsRecord(
        school=school.login,
        name=school.name,
        kind=SchoolKind.SECONDARY,
        levels=("НОО", "ООО"),
        participating=True,
        takes=tuple(
            GradeSubjects(
                grade=grade,
                subjects=tuple(exam.subject for exam in found if exam.grade == grade),
            )
            for grade in grades
        ),
    )


def _application(school: School, exam: Exam) -> ApplicationRecord:
    return ApplicationRecord(
        school=school.login,
        subject=exam.subject,
        grade=exam.grade,
        classes=1,
        participants=cast.PUPILS_IN_CLASS,
        held_on=exam.held_on,
    )


def _observers(stage: Stage, session: Session, exam: Exam, by: Actor) -> None:
    """Three schools propose somebody; each watched the next school on the day of the work."""
    for number, name in enumerate(OBSERVERS):
        one = observers.propose(
            session,
            campaign_id=stage.campaign_id,
            school_id=stage.schools[number],
            candidate=observers.Candidate(name=name),
            by=by,
            at=stage.now(),
        )
        observers.place(
            session,
            observer_id=one.id,
            school_id=stage.schools[(number + 1) % len(stage.schools)],
            day=exam.held_on,
            by=by,
            at=stage.now(),
        )


def _question(stage: Stage, session: Session, by: Actor) -> None:
    asked = support.ask(
        session,
        campaign_id=stage.campaign_id,
        title="Сколько хранить черновики?",
        text="Участники сдали их вместе с работами.",
        by=stage.actor(session, cast.SCHOOLS[0].login),
        at=stage.now(),
    )
    support.reply(
        session,
        topic_id=asked.id,
        text="Черновики в работу не входят: их не сканируют и не хранят.",
        by=by,
        at=stage.now(),
    )
    support.pin(session, topic_id=asked.id, pinned=True, by=by, at=stage.now())


def _loaded(stage: Stage, session: Session) -> None:
    """The first school's newest form is in the federal system."""
    newest = session.scalars(
        select(FormVersion)
        .where(FormVersion.school_id == stage.schools[0])
        .order_by(FormVersion.number.desc())
    ).first()
    if newest is not None:
        by = stage.actor(session, cast.SCHOOLS[0].login)
        results.mark_loaded(session, version_id=newest.id, by=by, at=stage.now())
