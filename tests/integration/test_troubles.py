"""A work set aside: each reason reaches who can answer it, and names itself there."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.db import Database
from app.models import TroubleKind
from app.queries.attention import list_attention
from app.queries.scans import list_calls
from app.queries.scoring_queue import WorkState, list_queues
from app.services import trouble
from app.storage import FileStore
from app.web.results.attention import KINDS
from app.web.scans.piles import KINDS as SCHOOL_KINDS
from tests.scoring_world import make_world


@pytest.mark.parametrize("kind", list(TroubleKind))
def test_every_trouble_reaches_who_can_answer_it_and_leaves_the_experts_queue(
    database: Database, store: FileStore, now: datetime, kind: TroubleKind
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        work = world.assign(session, 0, at=now)
        trouble.set_aside(
            session, assignment_id=work, kind=kind, note="", by=world.actors[0], at=now
        )
    with database.reading() as session:
        [queue] = list_queues(session, by=world.actors[0], at=now)
        assert [line.state for line in queue.lines] == [WorkState.ASIDE]
        [waiting] = list_attention(session, by=world.coordinator).aside
        assert (waiting.kind, waiting.raised_at) == (kind, now)
        assert str(KINDS[kind])
        calls = list_calls(
            session,
            exam_id=world.exam.id,
            school_id=world.schools[0].id,
            by=world.school_coordinator,
        ).from_experts
    told = [] if kind is TroubleKind.SECOND_OPINION else [kind]
    assert [call.kind for call in calls] == told
    assert all(call.kind in SCHOOL_KINDS for call in calls)
