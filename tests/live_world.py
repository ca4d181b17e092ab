"""Four experts who qualified on ten works and read forty more in pairs; one of them drifts."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from app.access import Role
from app.models import (
    ControlPoint,
    ControlReading,
    ControlUse,
    ControlWork,
    PointKind,
    PointVersion,
    Qualification,
    Round,
    Sheet,
)
from tests.builders import make_person
from tests.scoring_world import World, make_world

QUALIFYING, DOUBLED, EXPERTS = 10, 40, 4
DRIFTING, DRIFTS_FROM = 1, 15
"""Which expert takes a point from every criterion of two points or more, and from which work on."""


def make_live_world(session: Session, *, at: datetime, qualified: bool = True) -> World:
    """Logins `expert1` to `expert4`, and a chair called `chair`."""
    codes = [f"{60000 + place}" for place in range(QUALIFYING + DOUBLED)]
    world = make_world(session, at=at, experts=EXPERTS, experts_per_script=2, codes=codes)
    make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=world.municipality)
    rng = np.random.default_rng(5)
    if qualified:
        _qualify(session, world, rng, at=at)
    pairs = [(a, b) for a in range(EXPERTS) for b in range(EXPERTS) if a != b]
    for number in range(DOUBLED):
        truth = _truth(world, rng)
        for round_of, expert in zip((Round.FIRST, Round.SECOND), pairs[number % 12], strict=True):
            drifts = expert == DRIFTING and number >= DRIFTS_FROM
            work = world.assign(session, expert, QUALIFYING + number, round=round_of, at=at)
            moment = at + timedelta(hours=1, minutes=10 * number + expert)
            _hand_in(session, world, work, expert, _read(world, truth, rng, drifts), at=moment)
    session.flush()
    return world


def _truth(world: World, rng: np.random.Generator) -> list[int]:
    return [int(rng.integers(0, one.max_points + 1)) for one in world.exam.criteria]


def _read(
    world: World, truth: list[int], rng: np.random.Generator, drifts: bool = False
) -> list[int]:
    return [
        int(
            np.clip(
                points + rng.choice((-1, 0, 0, 0, 1)) - int(drifts and one.max_points > 1),
                0,
                one.max_points,
            )
        )
        for one, points in zip(world.exam.criteria, truth, strict=True)
    ]


def _qualify(session: Session, world: World, rng: np.random.Generator, *, at: datetime) -> None:
    chair = world.coordinator.person_id
    tries = []
    for row in world.experts:
        made = Qualification(
            exam_id=world.exam.id, expert_id=row.id, number=1, works=QUALIFYING,
            opened_at=at, closed_at=at, passed=True,
        )  # fmt: skip
        session.add(made)
        tries.append(made)
    for number in range(QUALIFYING):
        truth = _truth(world, rng)
        work = ControlWork(
            script_id=world.scripts[number].id,
            use=ControlUse.QUALIFICATION,
            settles=True,
            declared_at=at,
            declared_by_id=chair,
        )
        session.add(work)
        session.flush()
        for criterion, points in zip(world.exam.criteria, truth, strict=True):
            session.add(
                ControlPoint(work_id=work.id, criterion_id=criterion.id, points=points, why="")
            )
        for expert in range(EXPERTS):
            given = world.assign(session, expert, number, round=Round.QUALIFICATION, at=at)
            _hand_in(session, world, given, expert, _read(world, truth, rng), at=at)
            session.add(
                ControlReading(
                    work_id=work.id,
                    assignment_id=given,
                    qualification_id=tries[expert].id,
                    outside=False,
                    judged_at=at,
                )
            )
    session.flush()


def _hand_in(
    session: Session, world: World, work: UUID, expert: int, points: list[int], *, at: datetime
) -> None:
    sheet = Sheet(assignment_id=work, opened_at=at, submitted_at=at, revision=len(points))
    session.add(sheet)
    session.flush()
    rows = zip(world.exam.criteria, points, strict=True)
    for number, (criterion, value) in enumerate(rows, start=1):
        session.add(
            PointVersion(
                sheet_id=sheet.id,
                criterion_id=criterion.id,
                number=number,
                kind=PointKind.POINTS,
                points=value,
                save_key=f"k{number}",
                saved_at=at,
                saved_by_id=world.actors[expert].person_id,
            )
        )
