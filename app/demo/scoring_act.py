"""The fourth act: experts score, disagree, a third one settles; forms."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.demo.stage import SEED, Stage
from app.models import (
    Assignment,
    Expert,
    FinalResult,
    Round,
    School,
    Script,
    Sheet,
)
from app.services import adjudication, marking, results
from scoring import Points, X

# Experts differ by one point in about this share of criteria: some works go to a third expert.
SLIP = 0.06
NOT_ATTEMPTED = 0.03


def score_everything(stage: Stage) -> None:
    """The first exam is scored to its end; a part of the second; the third waits for visitors."""
    _score_exam(stage, stage.exams[0], share=1.0)
    _score_exam(stage, stage.exams[0], share=1.0, third=True)
    _score_exam(stage, stage.exams[1], share=0.3)
    with stage.database.reading() as session:
        stage.summary.scored = _count(session, Sheet.submitted_at.is_not(None))
        stage.summary.third = _count(session, Assignment.round == Round.THIRD)
        stage.summary.final = (
            session.scalar(select(func.count(FinalResult.script_id.distinct()))) or 0
        )


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    query = select(func.count(Sheet.id)).join(Assignment, Assignment.id == Sheet.assignment_id)
    return session.scalar(query.where(condition)) or 0


def _score_exam(stage: Stage, exam_id: UUID, *, share: float, third: bool = False) -> None:
    works = _works(stage, exam_id, third=third)
    for number, (assignment_id, person_id) in enumerate(works[: round(len(works) * share)], 1):
        stage.tell("проверяем", number, round(len(works) * share))
        with stage.database.transaction() as session:
            by = stage.actor_of(session, person_id)
            score(stage, session, assignment_id, by)


def _works(stage: Stage, exam_id: UUID, *, third: bool) -> list[tuple[UUID, UUID]]:
    query = (
        select(Assignment.id, Expert.person_id)
        .join(Script, Script.id == Assignment.script_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.withdrawn_at.is_(None),
            (Assignment.round == Round.THIRD) if third else (Assignment.round != Round.THIRD),
        )
        .order_by(Expert.id, Assignment.queue_position, Assignment.id)
    )
    with stage.database.reading() as session:
        return [(assignment, person) for assignment, person in session.execute(query)]


def score(stage: Stage, session: Session, assignment_id: UUID, by: Actor) -> None:
    """Give points near what the pupil is worth, save by save, and hand the sheet in."""
    assignment = session.get_one(Assignment, assignment_id)
    marking.open_sheet(session, assignment_id=assignment_id, by=by, at=stage.now())
    for label, value in _points(assignment).items():
        marking.record_points(
            session,
            assignment_id=assignment_id,
            criterion=label,
            value=value,
            save_key=f"demo-{label}",
            based_on=0,
            by=by,
            at=stage.now(),
        )
    if assignment.round is Round.THIRD:
        adjudication.record_ruling(
            session, assignment_id=assignment_id, confirmed=True, by=by, at=stage.now()
        )
    else:
        marking.submit_sheet(
            session, assignment_id=assignment_id, confirmed=True, by=by, at=stage.now()
        )


def _points(assignment: Assignment) -> dict[str, Points]:
    code = int(assignment.script.participant.code)
    pupil = np.random.default_rng([SEED, code])
    reader = np.random.default_rng([SEED, code, assignment.expert.person_id.int % 2**32])
    ability = pupil.uniform(0.25, 0.95)
    found: dict[str, Points] = {}
    for row in assignment.script.exam.criteria:
        worth = int(pupil.binomial(row.max_points, ability))
        attempted = pupil.random() > NOT_ATTEMPTED
        if reader.random() < SLIP:
            worth = max(0, min(row.max_points, worth + int(reader.choice((-1, 1)))))
        found[row.label] = worth if attempted else X
    return found


def release_forms(stage: Stage) -> None:
    """Every school releases the form of the first exam; a copy lies beside the database."""
    folder = stage.settings.data_dir / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    for number, school_id in enumerate(stage.schools, start=1):
        stage.tell("выпускаем формы", number, len(stage.schools))
        stage.summary.forms.append(_release(stage, school_id, folder))


def _release(stage: Stage, school_id: UUID, folder: Path) -> Path:
    with stage.database.transaction() as session:
        school = session.get_one(School, school_id)
        by = stage.actor(session, school.login)
        released = results.release(
            session,
            store=stage.store,
            exam_id=stage.exams[0],
            school_id=school_id,
            by=by,
            at=stage.now(),
        )
        target = folder / school.login / released.version.name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(stage.store.get(released.version.sha256))
    return target
