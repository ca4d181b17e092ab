"""Sixty scripts, each read by two of four experts; one expert is stricter by design."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from app.access import Role
from app.models import PointKind, PointVersion, Round, Sheet
from app.storage import FileStore
from tests.builders import make_person
from tests.scoring_world import World, make_world

STRICT = 1
"""The place of the expert who takes a point from every criterion of two points or more."""


def make_fairness_world(
    session: Session, *, at: datetime, store: FileStore | None = None, scripts: int = 60
) -> World:
    """Everything handed in; logins as in the scoring world, and a chair called `chair`."""
    codes = [f"{70000 + place}" for place in range(scripts)]
    world = make_world(session, at=at, store=store, experts=4, experts_per_script=2, codes=codes)
    make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=world.municipality)
    rng = np.random.default_rng(7)
    pairs = [(a, b) for a in range(4) for b in range(4) if a != b]
    for script in range(scripts):
        readers = pairs[script % len(pairs)]
        truth = [int(rng.integers(0, one.max_points + 1)) for one in world.exam.criteria]
        for place, expert in enumerate(readers):
            kind = (Round.FIRST, Round.SECOND)[place]
            assignment = world.assign(session, expert, script, round=kind, at=at)
            _hand_in(session, world, assignment, expert, truth, rng, at=at)
    session.flush()
    return world


def _hand_in(session, world, assignment, expert, truth, rng, *, at) -> None:
    sheet = Sheet(assignment_id=assignment, opened_at=at, submitted_at=at + timedelta(minutes=5))
    session.add(sheet)
    session.flush()
    for number, (criterion, points) in enumerate(
        zip(world.exam.criteria, truth, strict=True), start=1
    ):
        slip = int(rng.random() < 0.15) - int(criterion.max_points > 1 and expert == STRICT)
        session.add(
            PointVersion(
                sheet_id=sheet.id,
                criterion_id=criterion.id,
                number=number,
                kind=PointKind.POINTS,
                points=int(np.clip(points + slip, 0, criterion.max_points)),
                save_key=f"k{number}",
                saved_at=at,
                saved_by_id=world.actors[expert].person_id,
            )
        )
