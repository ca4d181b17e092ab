"""The pages of who leads the scoring, and of the experts whom he guides: they open and act."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.access import Role
from app.db import Database
from app.models import Round
from app.queries.controls import chair as chair_queries
from app.storage import FileStore
from tests.builders import make_person
from tests.integration.conftest import Enter
from tests.integration.test_controls import RIGHT, score
from tests.scoring_world import make_world


def test_a_question_goes_from_an_expert_over_the_board_and_opens_works_again(
    enter: Enter, database: Database, store: FileStore
) -> None:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store, pages=1, experts_per_script=2)
        make_person(
            session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=world.municipality
        )
        one = world.assign(session, 0, at=now)
        other = world.assign(session, 1, round=Round.SECOND, at=now)
        score(session, one, world.actors[0], now)
        score(session, other, world.actors[1], now, RIGHT)
        lead, asked = f"/lead/exams/{world.exam.id}", f"/guidance/exams/{world.exam.id}/questions"
        criterion = next(row for row in world.exam.criteria if row.label == "4К1").id
    chair, expert = enter("chair"), enter("expert1")
    expert.post(asked, data={"criterion": "4К1", "words": "Описка?"})
    board = chair.get(lead).text
    assert "сдано проверок 2 из 2" in board
    assert f'<a href="{lead}/questions">1</a>' in board
    assert chair.get(f"{lead}/progress").text in board.replace("\r", "")
    page = chair.get(f"{lead}/questions").text
    [answer] = re.findall(rf'action="({lead}/questions/[0-9a-f-]+)"', page)
    chair.post(answer, data={"answer": "Не ошибка"})
    chair.post(
        f"{lead}/criteria/{criterion}", data={"guide": "Описки не в счёт", "why": "спрашивали"}
    )
    assert "проверено по прежнему чтению: 2" in chair.get(f"{lead}/questions").text
    chair.post(f"{lead}/criteria/{criterion}/reopen")
    assert "заново критерий 4К1" in expert.get("/scoring/").text
    assert "Не ошибка" in expert.get(asked).text
    work = expert.get(f"/scoring/{one}").text
    assert "Чтение критерия уточнено: 4К1" in work
    assert "Не ошибка" in work
    closed = chair.post(f"{lead}/close", follow_redirects=True)
    assert "не сдано работ 2" in closed.text
    assert "Контрольные работы" in chair.get(f"{lead}/controls").text
    assert chair.get("/lead/").status_code == expert.get("/guidance/").status_code == 200
    assert expert.get(lead).status_code == 404


def test_works_to_choose_from_come_a_page_at_a_time(
    database: Database, enter: Enter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chair_queries, "CANDIDATES_AT_ONCE", 2)
    with database.transaction() as session:
        world = make_world(session, at=now)
        place = world.municipality
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=place)
        many = len(world.scripts)
    chair, address = enter("chair"), f"/lead/exams/{world.exam.id}/controls"
    seen: list[str] = []
    while address:
        page = chair.get(address.replace("&amp;", "&")).text
        seen += re.findall(r"/lead/works/([0-9a-f-]{36})", page)
        [address] = re.findall(r'href="([^"]*\?after=\d+)"', page) or [""]
    assert (len(seen), len(set(seen))) == (many, many)
    assert "Дальше работ нет" in chair.get(f"/lead/exams/{world.exam.id}/controls?after=9999").text
