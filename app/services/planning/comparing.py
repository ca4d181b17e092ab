"""The three schemes side by side: three draft plans of one exam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import assignment as lib
from app.access import Actor
from app.bridge.names import Names, exam_names
from app.bridge.options import PlanOptions
from app.bridge.plans import published_plan_id
from app.bridge.problem import exam_problem
from app.bridge.readings import exam_readings
from app.models import Exam, Job, JobState, Plan, Scheme
from app.queue import enqueue
from app.services.planning.drafts import (
    Origin,
    all_places,
    discard_drafts,
    local_day,
    own_exam,
    store_draft,
)
from app.services.planning.solving import PlanRefused, Solved, laid_out, solve

COMPARE_JOB = "compare_schemes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Everything that solving needs, so that it holds no transaction."""

    exam_id: UUID
    options: PlanOptions
    problems: Mapping[Scheme, lib.Problem]
    names: Names
    starts_on: date
    seed: int


def request_comparison(
    session: Session,
    *,
    exam_id: UUID,
    options: PlanOptions,
    seed: int,
    by: Actor,
    at: datetime,
) -> Job:
    """Ask for the comparison in the background; a comparison under way is not asked twice."""
    exam = own_exam(session, exam_id=exam_id, by=by)
    _check_ready(session, exam)
    running = session.scalar(
        select(Job).where(
            Job.key.startswith(f"{COMPARE_JOB}:{exam_id}:"),
            Job.state.in_((JobState.WAITING, JobState.RUNNING)),
        )
    )
    if running is not None:
        return running
    return enqueue(
        session,
        kind=COMPARE_JOB,
        key=f"{COMPARE_JOB}:{exam_id}:{at.isoformat()}",
        payload={
            "exam_id": str(exam_id),
            "person_id": str(by.person_id),
            "options": options.as_json(),
            "seed": seed,
        },
        municipality_id=exam.campaign.municipality_id,
        at=at,
    )


def compare_schemes(
    session: Session,
    *,
    exam_id: UUID,
    options: PlanOptions,
    seed: int,
    by: Actor,
    at: datetime,
) -> tuple[Plan, ...]:
    """Three draft plans at once, in the order of the schemes; earlier drafts are put aside."""
    question = prepare(session, exam_id=exam_id, options=options, seed=seed, by=by, at=at)
    answers = {scheme: answer(question, scheme) for scheme in question.problems}
    return store_answers(session, question=question, answers=answers, by=by, at=at)


def prepare(
    session: Session,
    *,
    exam_id: UUID,
    options: PlanOptions,
    seed: int,
    by: Actor,
    at: datetime,
) -> Question:
    """Read the three problems.

    Raises:
        PlanRefused: there is nothing to spread, or scoring has begun.
    """
    exam = own_exam(session, exam_id=exam_id, by=by)
    _check_ready(session, exam)
    problems = {
        scheme: exam_problem(session, exam=exam, scheme=scheme, options=options)
        for scheme in Scheme
    }
    if not problems[Scheme.IN_SCHOOL].scripts:
        raise PlanRefused("Распределять нечего: ни одна работа ещё не опубликована школами.")
    return Question(
        exam_id=exam_id,
        options=options,
        problems=problems,
        names=exam_names(session, exam=exam),
        starts_on=local_day(exam, at),
        seed=seed,
    )


def answer(question: Question, scheme: Scheme) -> Solved:
    """One scheme solved; touches no database."""
    return solve(
        question.problems[scheme],
        names=question.names,
        seed=question.seed,
        starts_on=question.starts_on,
    )


def store_answers(
    session: Session,
    *,
    question: Question,
    answers: Mapping[Scheme, Solved],
    by: Actor,
    at: datetime,
) -> tuple[Plan, ...]:
    """Keep the answers as drafts."""
    exam = own_exam(session, exam_id=question.exam_id, by=by)
    _check_ready(session, exam)
    discard_drafts(session, exam_id=exam.id, school_id=None)
    standing = published_plan_id(session, exam_id=exam.id)
    places = all_places(session, exam)
    return tuple(
        store_draft(
            session,
            origin=Origin(exam=exam, scheme=scheme, options=question.options, replaces_id=standing),
            solved=solved,
            rows=laid_out(solved.assignments, places=places, standing={}),
            seed=question.seed,
            by=by,
            at=at,
        )
        for scheme, solved in answers.items()
    )


def _check_ready(session: Session, exam: Exam) -> None:
    begun = sum(
        reading.begun and reading.active and reading.place is not None
        for reading in exam_readings(session, exam_id=exam.id)
    )
    if begun:
        raise PlanRefused(
            "Проверка уже началась (работ: %(begun)s), другую схему выбрать нельзя."
            " Пересчитайте опубликованное распределение: начатые работы останутся на месте.",
            begun=begun,
        )
