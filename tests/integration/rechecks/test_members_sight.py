"""A member of the commission who confirms: only works that nothing ties him to, and marked."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Grant, Role
from app.cli import main
from app.db import Database
from app.errors import NotYours
from app.models import Conflict, ConflictCategory, ConflictLevel, RoleGrant, ScriptImage
from app.queries.next_steps import list_steps
from app.queries.rechecks import CaseFilter, get_case, get_case_image, list_cases, page_of_cases
from app.settings import Settings
from app.storage import FileStore
from app.web.scoring.pictures import mark_of
from tests.integration.conftest import Enter
from tests.recheck_world import RecheckWorld, case_in, make_recheck_world, read_case

SCORER, READER, OTHER = 0, 1, 2


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> RecheckWorld:
    with database.transaction() as session:
        return make_recheck_world(session, at=now, store=store, images=True)


@pytest.fixture
def signed(database: Database, world: RecheckWorld) -> UUID:
    """A case that waits for its second person."""
    case_id = read_case(database, world)
    with database.transaction() as session:
        world.sign(session, case_in(session, case_id))
    return case_id


def member(session: Session, world: RecheckWorld, expert: int) -> Actor:
    """An expert with his standing roles, the one of the commission among them."""
    person_id = world.base.actors[expert].person_id
    grants = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    )
    return Actor(
        person_id=person_id,
        grants=tuple(
            Grant(role=one.role, municipality_id=one.municipality_id, school_id=one.school_id)
            for one in grants
        ),
    )


def sees(session: Session, world: RecheckWorld, case_id: UUID, expert: int) -> bool:
    """Whether the case is in all that he is shown; it is in all of it or in nothing."""
    actor, today = member(session, world, expert), world.now.date()
    whole = list_cases(session, actor=actor, today=today)
    page = page_of_cases(session, actor=actor, today=today, wanted=CaseFilter())
    steps = [one for one in list_steps(session, actor=actor, today=today) if "№" in one.text]
    try:
        opened = get_case(session, case_id=case_id, actor=actor, today=today).line.id == case_id
    except NotYours:
        opened = False
    answers = {bool(whole), bool(page.lines), page.total > 0, bool(steps), opened}
    assert len(answers) == 1
    return answers.pop()


def test_who_scored_or_read_a_work_is_not_shown_whose_it_is(
    database: Database, world: RecheckWorld, signed: UUID
) -> None:
    with database.reading() as session:
        assert not sees(session, world, signed, SCORER)
        assert not sees(session, world, signed, READER)
        assert sees(session, world, signed, OTHER)


@pytest.mark.parametrize("tie", ["conflict", "role"])
def test_who_is_tied_to_the_school_is_not_shown_the_case(
    database: Database, world: RecheckWorld, signed: UUID, tie: str
) -> None:
    school = world.base.schools[0].id
    person_id = world.base.actors[OTHER].person_id
    with database.transaction() as session:
        if tie == "conflict":
            session.add(
                Conflict(
                    expert_id=world.base.experts[OTHER].id,
                    level=ConflictLevel.SCHOOL,
                    school_id=school,
                    category=ConflictCategory.RELATIVE,
                    declared_at=world.now,
                    declared_by_id=person_id,
                )
            )
        else:
            session.add(
                RoleGrant(
                    person_id=person_id,
                    role=Role.EXPERT,
                    school_id=school,
                    granted_at=world.now,
                    granted_by_id=world.base.coordinator.person_id,
                )
            )
    with database.reading() as session:
        assert not sees(session, world, signed, OTHER)
        assert sees(session, world, signed, OTHER + 1)


def test_a_member_gets_pictures_with_his_own_mark_and_the_chair_gets_the_page(
    database: Database,
    enter: Enter,
    settings: Settings,
    world: RecheckWorld,
    signed: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = enter("expert3").get(f"/rechecks/{signed}").text
    address = re.findall(rf"/rechecks/{signed}/pages/[0-9a-f-]+", page)[0]
    seen, stored = enter("expert3").get(address), enter("chair").get(address)
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert stored.data in {world.store.get(one) for one in world.store.digests()}
    assert seen.data != stored.data
    assert enter("expert1").get(address).status_code == 404
    monkeypatch.setenv("SVERKA_DATA_DIR", str(settings.data_dir))
    person_id = world.base.actors[OTHER].person_id
    told = CliRunner().invoke(main, ["whose-mark", mark_of(person_id)])
    assert told.output == f"{person_id}\texpert3\n"


def test_a_page_that_was_painted_over_is_gone_by_its_old_address(
    database: Database, world: RecheckWorld, signed: UUID
) -> None:
    with database.transaction() as session:
        image = session.scalars(
            select(ScriptImage).where(ScriptImage.script_id == world.base.scripts[0].id)
        ).first()
        assert image is not None
        assert get_case_image(session, case_id=signed, image_id=image.id, actor=world.chair).sha256
        image.replaced_at = world.now
        session.flush()
        with pytest.raises(NotYours):
            get_case_image(session, case_id=signed, image_id=image.id, actor=world.chair)
