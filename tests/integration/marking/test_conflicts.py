"""A conflict of interest that stands stops the scoring of what its expert holds (P 6.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bridge.desk import HandedElsewhere
from app.db import Database
from app.finals import find_final
from app.models import Assignment, ConflictCategory, ConflictLevel, Divergence, Round, SchoolClass
from app.queries.attention import list_attention
from app.queries.scoring_queue import WorkState, list_queues
from app.services import marking, registers
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.integration.test_scoring_pages import save
from tests.marking_steps import hand_in
from tests.recheck_world import FAR, SCORED
from tests.scoring_world import World, make_world


def declare(session: Session, world: World, level: ConflictLevel, expert: int = 0) -> UUID:
    """The expert steps back from the participants' school, their class or the first code."""
    ref = {
        ConflictLevel.SCHOOL: world.schools[0].id,
        ConflictLevel.CLASS: session.scalars(select(SchoolClass.id)).one(),
        ConflictLevel.CODE: world.scripts[0].participant_id,
    }[level]
    return registers.recuse(
        session,
        level=level,
        ref=ref,
        category=ConflictCategory.RELATIVE,
        by=world.actors[expert],
        at=world.exam.created_at,
    )


@pytest.mark.parametrize("level", list(ConflictLevel))
def test_a_work_under_a_conflict_takes_no_points_and_waits_for_the_coordinator(
    database: Database, now: datetime, level: ConflictLevel
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        conflict = declare(session, world, level)
    with (
        pytest.raises(HandedElsewhere, match="передаётся другому"),
        database.transaction() as session,
    ):
        hand_in(session, work, SCORED, by=world.actors[0], at=now)
    with database.transaction() as session:
        assert find_final(session, world.scripts[0].id) is None
        [queue] = list_queues(session, by=world.actors[0], at=now)
        assert [line.state for line in queue.lines] == [WorkState.LEAVING]
        assert queue.next_line is None
        [left] = list_attention(session, by=world.coordinator).left
        assert (left.exam_id, left.expert) == (world.exam.id, "expert1")
        registers.withdraw_conflict(session, conflict_id=conflict, by=world.coordinator, at=now)
    with database.transaction() as session:
        assert list_attention(session, by=world.coordinator).left == ()
        hand_in(session, work, SCORED, by=world.actors[0], at=now)


def test_a_sheet_handed_in_before_the_conflict_stays_and_is_not_opened_again(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        work = world.assign(session, 0, at=now)
        hand_in(session, work, SCORED, by=world.actors[0], at=now)
        declare(session, world, ConflictLevel.SCHOOL)
        with pytest.raises(HandedElsewhere):
            marking.reopen_sheet(session, assignment_id=work, by=world.actors[0], at=now)
        [queue] = list_queues(session, by=world.actors[0], at=now)
        assert [line.state for line in queue.lines] == [WorkState.SUBMITTED]
        assert list_attention(session, by=world.coordinator).left == ()


def test_a_third_expert_with_a_conflict_is_replaced(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2, experts=4)
        for expert, points in enumerate((SCORED, FAR)):
            place = Round.SECOND if expert else Round.FIRST
            work = world.assign(session, expert, round=place, at=now)
            hand_in(session, work, points, by=world.actors[expert], at=now)
        apart = session.scalars(select(Divergence)).one()
        before = session.get_one(Assignment, apart.assignment_id)
        third = [one.id for one in world.experts].index(before.expert_id)
        assert list_attention(session, by=world.coordinator).divergences == ()
        declare(session, world, ConflictLevel.CLASS, third)
        [waiting] = list_attention(session, by=world.coordinator).divergences
        made = marking.call_third(
            session, divergence_id=waiting.id, by=world.coordinator, at=now + timedelta(hours=1)
        )
        assert made is not None
        assert session.get_one(Assignment, made).expert_id != before.expert_id
        assert before.withdrawn_at is not None


def test_the_pages_of_a_leaving_work_tell_no_school(
    database: Database, enter: Enter, store: FileStore
) -> None:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        work = world.assign(session, 0, at=now)
        declare(session, world, ConflictLevel.SCHOOL)
    client = enter("expert1")
    shown = client.get(f"/scoring/{work}", follow_redirects=True)
    assert shown.request.path == "/scoring/"
    assert "передаётся другому" in shown.text
    assert world.schools[0].name not in shown.text
    assert client.get(f"/scoring/{work}/panel").status_code == 404
    answer = save(client, f"/scoring/{work}", "1", "1")
    assert answer.status_code == 422
    assert "передаётся другому" in answer.get_json()["message"]
