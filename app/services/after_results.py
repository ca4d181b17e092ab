"""What a school does after the official results: families are told, the analysis is written."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.schedule import results_day
from app.errors import Refusal
from app.models import AfterResults, AfterStep, Exam


def note_done(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    step: AfterStep,
    done_on: date,
    today: date,
    by: Actor,
    at: datetime,
) -> AfterResults:
    """Note the day on which a school did a step (P 8.2).

    Raises:
        NotYours: the school is not his, or the exam is not its municipality's.
        Refusal: it is noted already, or the day cannot be.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.RELEASE_RESULTS,
        by=by,
    )
    _check_day(session, exam, done_on, today)
    given = {"exam_id": exam_id, "school_id": school_id, "step": step}
    if session.scalar(select(AfterResults.id).filter_by(**given)) is not None:
        raise Refusal("Это уже отмечено. Обновите страницу.")
    made = AfterResults(**given, done_on=done_on, noted_at=at, noted_by_id=by.person_id)
    session.add(made)
    session.flush()
    audit.record(
        session,
        action=f"results.{step}",
        subject_kind="exam",
        subject_id=exam.id,
        by=by,
        at=at,
        municipality_id=exam.campaign.municipality_id,
        school_id=school_id,
        exam_id=exam.id,
        new={"done_on": done_on.isoformat()},
    )
    return made


def _check_day(session: Session, exam: Exam, done_on: date, today: date) -> None:
    official = results_day(session, exam)
    if done_on > today:
        raise Refusal("День ещё не наступил: укажите сегодняшний или прошедший.")
    if done_on < (official or exam.held_on):
        raise Refusal(
            "Результаты стали официальными %(on)s: укажите этот день или более поздний.",
            on=f"{official or exam.held_on:%d.%m.%Y}",
        )
