"""A work leaves the desk without points: recused, or set aside and back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from app.db import Database
from app.errors import NotYours, Refusal
from app.models import (
    TroubleKind,
)
from app.services import marking, recusal, trouble
from tests.marking_steps import GOOD, hand_in
from tests.scoring_world import World


def test_a_recusal_withdraws_the_work_and_is_a_conflict_from_then_on(
    database: Database, double: tuple[World, UUID, UUID], now: datetime
) -> None:
    world, first, _ = double
    with database.transaction() as session:
        recusal.recuse(session, assignment_id=first, by=world.actors[0], at=now)
    with pytest.raises(NotYours), database.transaction() as session:
        marking.open_sheet(session, assignment_id=first, by=world.actors[0], at=now)


def test_a_work_that_is_handed_in_is_not_set_aside(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        hand_in(session, work, GOOD, by=world.actors[0], at=now)
    with pytest.raises(Refusal, match="уже сдана"), database.transaction() as session:
        trouble.set_aside(
            session,
            assignment_id=work,
            kind=TroubleKind.UNREADABLE,
            note="",
            by=world.actors[0],
            at=now,
        )


def test_a_work_set_aside_comes_back_with_the_coordinators_answer(
    database: Database, single: tuple[World, UUID], now: datetime
) -> None:
    world, work = single
    with database.transaction() as session:
        raised = trouble.set_aside(
            session,
            assignment_id=work,
            kind=TroubleKind.UNREADABLE,
            note="бледно",
            by=world.actors[0],
            at=now,
        )
        assert trouble.find_open_trouble(session, work) is raised
        trouble.resolve(
            session, trouble_id=raised.id, answer="Читайте", by=world.coordinator, at=now
        )
        assert trouble.find_open_trouble(session, work) is None
