"""Works read twice with final points and a scale of marks; as many schools as wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.finals import add_final
from app.models import ExamEntry, MarkThreshold, ResultSource, Script
from scoring import X
from tests.builders import make_class, make_participants
from tests.fairness_world import make_fairness_world
from tests.scoring_world import World

BOUNDS = {3: 3, 4: 5, 5: 7}


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursWorld:
    """What tests ask of it; logins `muni`, `school1`, `expert1`, `chair`."""

    exam_id: UUID
    school_id: UUID
    script_ids: tuple[UUID, ...]
    coordinator: Actor


def make_hours_world(session: Session, *, at: datetime, schools: int = 1) -> HoursWorld:
    """Sixty works of the first school; each further school has thirty, with final points alone."""
    base = make_fairness_world(session, at=at)
    base.exam.marks_source, base.exam.marks_year = "Описание работы", 2026
    for mark, points in BOUNDS.items():
        session.add(MarkThreshold(exam_id=base.exam.id, mark=mark, min_points=points))
    for number in range(1, schools):
        _add_school(session, base, number, at=at)
    session.flush()
    rng = np.random.default_rng(3)
    scripts = session.scalars(select(Script).order_by(Script.id)).all()
    for script in scripts:
        _finish(session, base, script, rng, at=at)
    session.flush()
    return HoursWorld(
        exam_id=base.exam.id,
        school_id=base.schools[0].id,
        script_ids=tuple(script.id for script in scripts),
        coordinator=base.coordinator,
    )


def _add_school(session: Session, base: World, number: int, *, at: datetime) -> None:
    school_class = make_class(session, base.schools[number], letter="А")
    codes = tuple(f"{number}{place:04}" for place in range(30))
    for participant in make_participants(session, base.exam, school_class, codes):
        session.add(ExamEntry(exam_id=base.exam.id, participant_id=participant.id, variant=1))
        session.add(Script(exam_id=base.exam.id, participant_id=participant.id, published_at=at))


def _finish(session, base: World, script: Script, rng: np.random.Generator, *, at) -> None:
    worth = rng.random()
    points = {one.label: int(rng.binomial(one.max_points, worth)) for one in base.exam.criteria}
    broken = {one.label: X for one in base.exam.criteria if one.depends_on is not None}
    add_final(
        session,
        script=script,
        points=points | broken,
        source=ResultSource.SINGLE,
        by=base.coordinator,
        at=at,
    )
    entry = session.scalars(
        select(ExamEntry).where(ExamEntry.participant_id == script.participant_id)
    ).one()
    entry.previous_mark = int(2 + round(3 * worth))
