"""Four experts qualify on ten works, read forty more in pairs, and controls; one drifts."""

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

QUALIFYING, CONTROLS, DOUBLED, EXPERTS = 10, 8, 40, 4
DRIFTING, DRIFTS_FROM = 1, 15
"""Which expert takes a point from every criterion of two points or more, and from which work on."""


def make_live_world(session: Session, *, at: datetime, qualified: bool = True) -> World:
    """Logins `expert1` to `expert4`, and a chair called `chair`."""
    codes = [f"{60000 + place}" for place in range(QUALIFYING + CONTROLS + DOUBLED)]
    world = make_world(session, at=at, experts=EXPERTS, experts_per_script=2, codes=codes)
    make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=world.municipality)
    rng = np.random.default_rng(5)
    if qualified:
        _qualify(session, world, rng, at=at)
    first = QUALIFYING + CONTROLS
    pairs = [(a, b) for a in range(EXPERTS) for b in range(EXPERTS) if a != b]
    for number in range(DOUBLED):
        if number % 5 == 0:
            _control(session, world, number, rng, at=at + timedelta(hours=1, minutes=10 * number))
        truth = _truth(world, rng)
        for round_of, expert in zip((Round.FIRST, Round.SECOND), pairs[number % 12], strict=True):
            drifts = expert == DRIFTING and number >= DRIFTS_FROM
            work = world.assign(session, expert, first + number, round=round_of, at=at)
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
    tries = []
    for row in world.experts:
        made = Qualification(
            exam_id=world.exam.id, expert_id=row.id, number=1, works=QUALIFYING,
            opened_at=at, closed_at=at, passed=True,
        )  # fmt: skip
        session.add(made)
        tries.append(made)
    session.flush()
    for number in range(QUALIFYING):
        truth, work = _declared(session, world, number, ControlUse.QUALIFICATION, rng, at=at)
        for expert, tried in enumerate(tries):
            given = world.assign(session, expert, number, round=Round.QUALIFICATION, at=at)
            _hand_in(session, world, given, expert, _read(world, truth, rng), at=at)
            _judge(session, work, given, tried.id, at=at)
    session.flush()


def _control(session: Session, world: World, number: int, rng, *, at: datetime) -> None:
    """A control work that every expert reads at that time."""
    place = QUALIFYING + number // 5
    truth, work = _declared(session, world, place, ControlUse.CONTROL, rng, at=at)
    for expert in range(EXPERTS):
        drifts = expert == DRIFTING and number >= DRIFTS_FROM
        given = world.assign(session, expert, place, round=Round.CONTROL, at=at)
        _hand_in(session, world, given, expert, _read(world, truth, rng, drifts), at=at)
        _judge(session, work, given, None, at=at)


def _declared(
    session: Session, world: World, place: int, use: ControlUse, rng, *, at: datetime
) -> tuple[list[int], UUID]:
    truth = _truth(world, rng)
    work = ControlWork(
        script_id=world.scripts[place].id,
        use=use,
        settles=True,
        declared_at=at,
        declared_by_id=world.coordinator.person_id,
    )
    session.add(work)
    session.flush()
    for criterion, points in zip(world.exam.criteria, truth, strict=True):
        session.add(ControlPoint(work_id=work.id, criterion_id=criterion.id, points=points, why=""))
    return truth, work.id


def _judge(session: Session, work: UUID, given: UUID, tried: UUID | None, *, at: datetime) -> None:
    session.add(
        ControlReading(
            work_id=work,
            assignment_id=given,
            qualification_id=tried,
            outside=False,
            judged_at=at,
        )
    )


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
