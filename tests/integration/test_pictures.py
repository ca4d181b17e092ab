"""Pictures of works: each carries the mark of its assignment, and none are fetched in bulk."""

from __future__ import annotations

import re
from uuid import UUID

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cli import main
from app.db import Database
from app.models import AuditEvent, Round
from app.settings import Settings
from app.storage import FileStore
from app.web import pace
from app.web.scoring.pictures import mark_of
from tests.integration.conftest import Enter
from tests.scoring_world import World, make_world

ADDRESS = re.compile(r"/scoring/[0-9a-f-]{36}/pages/[0-9a-f-]{36}")


@pytest.fixture
def works(database: Database, store: FileStore) -> list[UUID]:
    now = clock.now()
    with database.transaction() as session:
        world: World = make_world(session, at=now, store=store, experts_per_script=2)
        return [
            world.assign(session, expert, round=round_, at=now)
            for expert, round_ in ((0, Round.FIRST), (1, Round.SECOND))
        ]


def pages_of(enter: Enter, login: str, work: UUID) -> list[bytes]:
    client = enter(login)
    addresses = sorted(set(ADDRESS.findall(client.get(f"/scoring/{work}").text)))
    return [client.get(address).data for address in addresses]


def grey(picture: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE).astype(int)


def test_two_experts_get_two_pictures_of_one_page_and_the_mark_leads_back(
    enter: Enter, works: list[UUID], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (pages_of(enter, f"expert{n + 1}", work) for n, work in enumerate(works))
    assert len(first) == len(second) == 2
    assert not set(first) & set(second)
    difference = np.abs(grey(first[0]) - grey(second[0]))
    assert 50 < (difference > 15).sum() < difference.size / 20
    monkeypatch.setenv("SVERKA_DATA_DIR", str(settings.data_dir))
    told = CliRunner().invoke(main, ["whose-mark", mark_of(works[1])])
    assert (told.exit_code, told.output.split("\t")[:2]) == (0, [str(works[1]), "expert2"])


def test_who_fetches_in_bulk_waits_and_leaves_one_trace(
    app: Flask,
    enter: Enter,
    works: list[UUID],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "PICTURES_AT_ONCE", pace.RateLimitItemPerMinute(3, 10))
    client = enter("expert1")
    address = ADDRESS.findall(client.get(f"/scoring/{works[0]}").text)[0]
    answers = [client.get(address) for _ in range(6)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
    assert pages_of(enter, "expert2", works[1]), "another expert goes on"
    with database.reading() as session:
        told = select(AuditEvent).where(AuditEvent.action == "pictures.throttled")
        (event,) = session.scalars(told)
    assert (event.new, event.school_id is not None) == ({"works": 1}, True)


def test_a_day_s_pictures_grow_with_the_works_that_are_planned(
    enter: Enter, works: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PICTURES_ANYWAY", 1)
    monkeypatch.setattr(pace, "PICTURES_A_WORK", 2)
    client = enter("expert1")
    address = ADDRESS.findall(client.get(f"/scoring/{works[0]}").text)[0]
    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
