"""Works that wait for the coordinator: nobody to call, set aside, left by their expert."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.bridge.options import PlanOptions
from app.db import Database
from app.models import (
    Assignment,
    Divergence,
    Plan,
    PlanLevel,
    PlanStatus,
    Round,
    Scheme,
    ScriptImage,
    Sheet,
    Trouble,
    TroubleKind,
)
from app.queries.attention import list_attention
from app.services import marking, recusal, trouble
from app.settings import Settings
from app.storage import FileStore
from scoring import Points, X
from tests import marking_steps
from tests.builders import make_expert, make_municipality, make_person
from tests.integration.conftest import Enter
from tests.scoring_world import World, make_world

FIRST: dict[str, Points] = {"1": 2, "4К1": 3, "4К2": 2, "9.1": 1}
SECOND: dict[str, Points] = dict.fromkeys(FIRST, X)


def hand_in(
    session: Session,
    world: World,
    expert: int,
    points: dict[str, Points],
    at: datetime,
    **how: Round,
) -> marking.Submission:
    work = world.assign(session, expert, at=at, **how)
    return marking_steps.hand_in(session, work, points, by=world.actors[expert], at=at)


def diverge(session: Session, world: World, at: datetime) -> Divergence:
    hand_in(session, world, 0, FIRST, at)
    hand_in(session, world, 1, SECOND, at, round=Round.SECOND)
    return session.scalars(select(Divergence)).one()


@pytest.fixture
def now() -> datetime:
    """The server's clock is the real one."""
    return datetime.now(tz=UTC)  # noqa: TID251


@pytest.fixture
def coordinator(enter: Enter, database: Database) -> FlaskClient:
    with database.transaction() as session:
        world_at = datetime.now(tz=UTC)  # noqa: TID251
        world = make_world(session, at=world_at, experts_per_script=2, experts=2)
        diverge(session, world, world_at)
        aside = world.assign(session, 0, 1, at=world_at)
        trouble.set_aside(
            session,
            assignment_id=aside,
            kind=TroubleKind.WRONG_PAGE,
            note="третья страница",
            by=world.actors[0],
            at=world_at,
        )
        left = world.assign(session, 1, 2, at=world_at)
        recusal.recuse(session, assignment_id=left, by=world.actors[1], at=world_at)
    return enter("muni")


def test_the_coordinator_sees_all_three_kinds_and_answers(
    coordinator: FlaskClient, database: Database
) -> None:
    page = coordinator.get("/results/attention").text
    assert "уже проверял эту работу" in page
    assert "третья страница" in page
    assert "Самоотвод или конфликт интересов" in page
    (give_back,) = re.findall(r'action="(/results/attention/works/[^"]+)"', page)
    answer = coordinator.post(give_back, data={"answer": "Смотрите вторую"}, follow_redirects=True)
    assert "Работа возвращена эксперту." in answer.text
    (call,) = re.findall(r'action="(/results/attention/divergences/[^"]+)"', page)
    assert "по-прежнему нет" in coordinator.post(call, follow_redirects=True).text
    with database.reading() as session:
        assert session.scalars(select(Trouble.answer)).all() == ["Смотрите вторую"]


def test_an_empty_work_is_confirmed_beside_its_anonymous_pages(
    enter: Enter, database: Database, settings: Settings, now: datetime
) -> None:
    with database.transaction() as session:
        store = FileStore(settings.files_dir)
        world = make_world(session, at=now, experts=1, store=store)
        hand_in(session, world, 0, dict.fromkeys(FIRST, X), now)
        other = make_municipality(session, name="Дальний район")
        make_person(session, "far", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        foreign = [one for one in session.scalars(select(ScriptImage)) if one.position == 1][-1].id
    client, far = enter("muni"), enter("far")
    page = client.get("/results/attention").text
    pictures = re.findall(r'<img src="(/results/attention/works/[^"]+)"', page)
    assert [client.get(one).mimetype for one in pictures] == ["image/jpeg", "image/jpeg"]
    assert [far.get(one).status_code for one in pictures] == [404, 404]
    other_work = f"{pictures[0].rpartition('/')[0]}/{foreign}"
    assert client.get(other_work).status_code == 404
    (confirm,) = re.findall(r'action="(/results/attention/works/[^"]+/empty)"', page)
    assert "Подтверждено: работа пустая" in client.post(confirm, follow_redirects=True).text
    assert client.get(pictures[0]).status_code == 404


def test_a_work_that_is_not_there_answers_404(coordinator: FlaskClient) -> None:
    for address in ("works", "divergences"):
        path = f"/results/attention/{address}/{uuid4()}"
        path += "/third" if address == "divergences" else ""
        assert coordinator.post(path, data={"answer": ""}).status_code == 404


def test_the_third_expert_steps_back_and_another_can_be_called(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2, experts=4)
        found = diverge(session, world, now)
        first = session.get_one(Assignment, found.assignment_id)
        numbers = {row.id: number for number, row in enumerate(world.experts)}
        actor = world.actors[numbers[first.expert_id]]
        recusal.recuse(session, assignment_id=first.id, by=actor, at=now)
        assert list_attention(session, by=world.coordinator).divergences[0].id == found.id
        again = marking.call_third(session, divergence_id=found.id, by=world.coordinator, at=now)
        assert again is not None
        assert session.get_one(Assignment, again).expert_id != first.expert_id


@pytest.mark.parametrize(("all_qualified", "called"), [(True, True), (False, False)])
def test_a_municipal_plan_calls_its_commission_unless_it_took_everybody(
    database: Database, now: datetime, all_qualified: bool, called: bool
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        plan_id = municipal_plan(session, world, now, all_qualified=all_qualified)
        hand_in(session, world, 0, FIRST, now)
        session.scalars(select(Assignment)).one().plan_id = plan_id
        hand_in(session, world, 1, SECOND, now, round=Round.SECOND)
        found = session.scalars(select(Divergence)).one()
        assert (found.assignment_id is not None) is called


@pytest.mark.parametrize("participating", [True, False])
def test_a_member_of_the_commission_is_called_by_a_municipal_plan(
    database: Database, now: datetime, participating: bool
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        world.schools[3].participating = participating
        member = make_person(session, "member", Role.EXPERT, at=now, school=world.schools[3])
        expert = make_expert(session, member.person_id, world.schools[3], in_commission=True)
        plan_id = municipal_plan(session, world, now, all_qualified=False)
        hand_in(session, world, 0, FIRST, now)
        session.scalars(select(Assignment)).one().plan_id = plan_id
        hand_in(session, world, 1, SECOND, now, round=Round.SECOND)
        found = session.scalars(select(Divergence)).one()
        assert session.get_one(Assignment, found.assignment_id).expert_id == expert.id


@pytest.mark.parametrize("submitted", [True, False])
def test_a_pile_takes_room_from_a_third_expert_until_the_last_of_it_is_handed_in(
    database: Database, now: datetime, submitted: bool
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, experts_per_script=2)
        world.experts[2].capacity = 1
        pile = world.assign(session, 2, 1, at=now)
        session.add(
            Sheet(assignment_id=pile, opened_at=now, submitted_at=now if submitted else None)
        )
        assert (diverge(session, world, now).assignment_id is not None) is submitted


def municipal_plan(session: Session, world: World, at: datetime, *, all_qualified: bool) -> UUID:
    made = Plan(
        exam_id=world.exam.id,
        level=PlanLevel.MUNICIPAL,
        scheme=Scheme.MUNICIPAL,
        status=PlanStatus.OK,
        seed=1,
        digest="0",
        solver_version="0",
        metrics={},
        shortages=[],
        options=PlanOptions(all_qualified=all_qualified).as_json(),
        created_at=at,
        created_by_id=world.coordinator.person_id,
    )
    session.add(made)
    session.flush()
    return made.id
