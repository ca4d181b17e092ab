"""The pages of results: release, download, mark as loaded, compare; nobody else's school."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.db import Database
from scoring import Points
from tests.integration.conftest import Enter
from tests.marking_steps import hand_in
from tests.scoring_world import CODES, World, make_world

POINTS: dict[str, Points] = {"1": 2, "4К1": 3, "4К2": 1, "9.1": 1}
NAME = "Форма сбора результатов Русский язык 4 класс ВПР 2026.xlsx"


@pytest.fixture
def world(database: Database) -> World:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
        return world


@pytest.fixture
def client(enter: Enter, world: World) -> FlaskClient:
    return enter("school1")


def own_page(client: FlaskClient) -> str:
    found = re.search(
        r'href="(/results/[0-9a-f-]{36}/[0-9a-f-]{36})"', client.get("/results/").text
    )
    assert found is not None
    return found[1]


def compare(client: FlaskClient, page: str, name: str, data: bytes) -> str:
    sent = {"form": (io.BytesIO(data), name)}
    return client.post(f"{page}/compare", data=sent, follow_redirects=True).text


def test_a_form_is_released_downloaded_compared_and_marked_as_loaded(client: FlaskClient) -> None:
    page = own_page(client)
    released = client.post(f"{page}/release", follow_redirects=True).text
    assert "Форма выпущена: версия 1, строк: 1." in released
    assert "Не вошли в форму, участников: 3." in released
    (address,) = set(re.findall(r'href="(/results/forms/[^"]+)"', released))
    file = client.get(address)
    assert file.data.startswith(b"PK")
    assert "совпадает с системой до последней ячейки" in compare(client, page, NAME, file.data)
    loaded = client.post(f"{address}/loaded", follow_redirects=True).text
    assert "Отмечено: форма загружена" in loaded
    again = client.post(f"{page}/release", follow_redirects=True).text
    assert "С прошлого выпуска ничего не изменилось" in again


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("форма.xlsx", b"PK", "Форма сбора результатов"),
        (NAME, b"no workbook", "Файл не открывается как книга XLSX"),
        ("", b"", "Выберите файл формы."),
    ],
)
def test_a_file_that_is_no_form_is_refused_with_its_reason(
    client: FlaskClient, name: str, data: bytes, told: str
) -> None:
    assert told in compare(client, own_page(client), name, data)


def test_another_school_and_another_role_find_nothing(
    enter: Enter, client: FlaskClient, world: World
) -> None:
    page = own_page(client)
    other = page.replace(str(world.schools[0].id), str(world.schools[1].id))
    assert client.get(other).status_code == 404
    assert client.post(f"{other}/release", data={}).status_code == 404
    coordinator = enter("muni")
    counts = coordinator.get("/results/").text
    assert "Школа № 1" in counts
    assert not any(code in counts for code in CODES)
    assert coordinator.get(page).status_code == 404
