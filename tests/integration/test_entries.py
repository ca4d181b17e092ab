"""The table of variants and absences: nothing is overwritten unseen, nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import Database
from app.models import ExamEntry
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.scoring_world import World, make_world


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    """Four participants who wrote; everybody has variant 3."""
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        return make_world(session, at=now, store=store)


def table(world: World, variants: Mapping[int, str]) -> dict[str, str]:
    """The form as a window that was opened at variant 3 everywhere sends it."""
    found = {}
    for place, script in enumerate(world.scripts):
        found[f"was-{script.participant_id}"] = "3;;"
        found[f"variant-{script.participant_id}"] = variants.get(place, "3")
    return found


def address(world: World) -> str:
    return f"/scans/{world.exam.id}/{world.schools[0].id}/entries"


def variants(database: Database, world: World) -> list[int | None]:
    with database.reading() as session:
        kept = {row.participant_id: row.variant for row in session.scalars(select(ExamEntry))}
    return [kept[script.participant_id] for script in world.scripts]


def shown(text: str, key: UUID, cell: str) -> str:
    found = re.search(rf'name="{cell}-{key}" value="([^"]*)"([^>]*)', text)
    assert found
    return found[1] + (" invalid" if "aria-invalid" in found[2] else "")


def test_two_windows_keep_both_peoples_lines(
    database: Database, world: World, enter: Enter
) -> None:
    client, url = enter("school1"), address(world)
    assert shown(client.get(url).text, world.scripts[0].participant_id, "was") == "3;;"
    client.post(url, data=table(world, {0: "7"}))
    client.post(url, data=table(world, {3: "9"}))
    assert variants(database, world) == [7, 3, 3, 9]


def test_a_line_changed_meanwhile_is_told_and_saved_on_the_second_word(
    database: Database, world: World, enter: Enter
) -> None:
    client, url = enter("school1"), address(world)
    first = world.scripts[0].participant_id
    client.post(url, data=table(world, {0: "7"}))
    same = client.post(url, data=table(world, {0: "7"}), follow_redirects=True).text
    assert "Изменено строк: 0" in same
    told = client.post(url, data=table(world, {0: "8", 1: "9"})).text
    assert "изменил кто-то другой: 73001." in told
    assert variants(database, world) == [7, 3, 3, 3]
    assert [shown(told, first, cell) for cell in ("variant", "was")] == ["8", "7;;"]
    again = table(world, {0: "8", 1: "9"}) | {f"was-{first}": "7;;"}
    client.post(url, data=again)
    assert variants(database, world) == [8, 9, 3, 3]


def test_a_wrong_cell_is_marked_and_the_others_stay_as_typed(
    database: Database, world: World, enter: Enter
) -> None:
    client, url = enter("school1"), address(world)
    keys = [script.participant_id for script in world.scripts]
    told = client.post(url, data=table(world, {0: "11", 3: "1О"})).text
    assert "«1О» — не целое число" in told
    assert [shown(told, key, "variant") for key in keys] == ["11", "3", "3", "1О invalid"]
    assert {shown(told, key, "was") for key in keys} == {"3;;"}
    absent = table(world, {0: "11", 1: ""}) | {f"absent-{keys[1]}": "1"}
    told = client.post(url, data=absent).text
    assert "страницы его работы есть" in told
    assert shown(told, keys[0], "variant") == "11"
    assert variants(database, world) == [3, 3, 3, 3]
