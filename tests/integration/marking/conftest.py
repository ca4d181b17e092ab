"""Works of one reading, and of two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from app.db import Database
from app.models import (
    Round,
)
from tests.scoring_world import World, make_world


@pytest.fixture
def single(database: Database, now: datetime) -> tuple[World, UUID]:
    with database.transaction() as session:
        world = make_world(session, at=now)
        return world, world.assign(session, 0, at=now)


@pytest.fixture
def double(database: Database, now: datetime) -> tuple[World, UUID, UUID]:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        first = world.assign(session, 0, at=now)
        return world, first, world.assign(session, 1, round=Round.SECOND, at=now)
