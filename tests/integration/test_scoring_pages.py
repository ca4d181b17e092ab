"""The scoring pages: what an expert can fetch tells nothing, and saves answer as promised."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import Database
from app.models import Exam, Round
from app.queries import scoring_queue
from app.storage import FileStore
from tests.integration.conftest import Enter
from tests.scoring_world import CODES, FILE_NAME, World, make_world

ADDRESS = re.compile(r'(?:href|src|data-[a-z]+|action)="(/[^"]*)"')

NOT_FOLLOWED = ("/static", "/bootstrap", "/log", "/language", "/theme")


@pytest.fixture
def world(database: Database, store: FileStore) -> World:
    """Two experts a script, every script with both; the exam was yesterday by today's clock."""
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now, store=store, experts_per_script=2)
        for script in range(len(CODES)):
            world.assign(session, 0, script, at=now)
            world.assign(session, 1, script, round=Round.SECOND, at=now)
    return world


@pytest.fixture
def works(enter: Enter, world: World) -> list[str]:
    page = enter("expert1").get("/scoring/").text
    return list(dict.fromkeys(re.findall(r'href="(/scoring/[0-9a-f-]{36})"', page)))


def save(
    client: FlaskClient, work: str, criterion: str, value: str, **more: object
) -> TestResponse:
    sent = {"criterion": criterion, "value": value, "note": "", "key": "k", "based_on": 0}
    return client.post(f"{work}/points", json=sent | more)


def everything_in_reach(client: FlaskClient) -> dict[str, TestResponse]:
    """Every address that a page names, followed from page to page."""
    found: dict[str, TestResponse] = {}
    waiting = ["/scoring/", "/", "/sitting"]
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith(NOT_FOLLOWED) or address.endswith("/reopen"):
            continue
        found[address] = client.get(address)
        assert found[address].status_code == 200, address
        if found[address].mimetype == "text/html":
            named = ADDRESS.findall(found[address].text)
            waiting += [one for line in named for one in line.split(" ") if one]
    return found


def test_nothing_that_an_expert_can_fetch_names_codes_schools_classes_files_or_others(
    enter: Enter, world: World
) -> None:
    client = enter("expert1")
    found = everything_in_reach(client)
    work = next(address for address in found if re.fullmatch(r"/scoring/[0-9a-f-]{36}", address))
    answers = list(found.values())
    for label, value in (("1", "1"), ("4К1", "2"), ("4К2", "X"), ("9.1", "0")):
        answers.append(save(client, work, label, value, key=label))
    answers.append(client.post(f"{work}/submit", json={"confirmed": True, "seen": []}))
    pages = [one for one in answers if one.mimetype == "image/jpeg"]
    assert len({one.data for one in pages}) == len(CODES) * 2
    other = next(address for address in found if address.endswith("/panel") and work not in address)
    answers.append(client.post(other.replace("/panel", "/recuse"), json={}))
    answers += everything_in_reach(client).values()
    for answer in answers:
        everything = answer.data + str(answer.headers).encode()
        for secret in (*secrets_of_works(world), *places_of(world, answer)):
            assert not stands_in(everything, secret), (answer.request.path, secret)


def stands_in(everything: bytes, secret: str) -> bool:
    """Whether the secret stands there as a word: the login `muni` is none of `municipal`."""
    return re.search(rb"(?<!\w)" + re.escape(secret.encode()) + rb"(?!\w)", everything) is not None


def secrets_of_works(world: World) -> list[str]:
    """What tells whose a work is, or who else reads it."""
    return [
        *CODES,
        FILE_NAME,
        *(school.login for school in world.schools),
        "expert2",
        "expert3",
        "school1",
        "muni",
        *(str(script.id) for script in world.scripts),
        *(str(script.participant_id) for script in world.scripts),
        *(str(expert.id) for expert in world.experts),
    ]


def places_of(world: World, answer: TestResponse) -> list[str]:
    """Names of places; the page of one's own conflicts offers every school alike."""
    if answer.request.path == "/recusal/":
        return []
    return [
        "4Ъ",
        *(school.name for school in world.schools),
        *(str(school.id) for school in world.schools),
    ]


def test_a_page_image_carries_no_header_that_could_tell_pages_apart(
    enter: Enter, works: list[str]
) -> None:
    client = enter("expert1")
    address = re.findall(r'data-src="([^"]+)"', client.get(works[0]).text)[0]
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for name in ("ETag", "Last-Modified", "Content-Disposition"):
        assert name not in answer.headers


def test_works_and_pages_of_others_answer_as_if_they_were_not_there(
    enter: Enter, works: list[str]
) -> None:
    mine = enter("expert1")
    image = re.findall(r'data-src="([^"]+)"', mine.get(works[0]).text)[0]
    elsewhere = image.replace(works[0], works[1])
    assert mine.get(elsewhere).status_code == 404
    stranger = enter("expert3")
    for address in (works[0], f"{works[0]}/panel", image):
        assert stranger.get(address).status_code == 404, address
    assert save(stranger, works[0], "1", "1").status_code == 404


def test_before_the_hour_there_is_neither_scan_nor_criterion(
    enter: Enter, database: Database, world: World, works: list[str]
) -> None:
    client = enter("expert1")
    image = re.findall(r'data-src="([^"]+)"', client.get(works[0]).text)[0]
    with database.transaction() as session:
        exam = session.get_one(Exam, world.exam.id)
        exam.held_on += timedelta(days=2)
    page = client.get(works[0], follow_redirects=True).text
    assert "Критерии и работы откроются" in page
    assert "9.1" not in page
    for address in (f"{works[0]}/panel", image):
        assert client.get(address).status_code == 404, address
    assert save(client, works[0], "1", "1").status_code == 422


def test_a_save_answers_with_its_version_and_a_stale_one_with_both(
    enter: Enter, works: list[str]
) -> None:
    client = enter("expert1")
    first = save(client, works[0], "1", "2", key="a")
    assert (first.status_code, first.json and first.json["number"]) == (200, 1)
    assert save(client, works[0], "1", "2", key="a").json == first.json
    stale = save(client, works[0], "1", "0", key="b")
    assert stale.status_code == 409
    assert stale.json is not None
    assert (stale.json["theirs"]["value"], stale.json["theirs"]["number"]) == ("2", 1)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"value": "7"}, "Баллов 7 больше максимума 2 по критерию 1"),
        ({"value": "много"}, "«много» не баллы"),
        ({"criterion": "77"}, "В работе нет критерия 77."),
        ({"based_on": "1"}, "Запрос не понят"),
        ({"key": ""}, "Ключ сохранения пуст"),
    ],
)
def test_an_unusable_save_is_refused_with_its_reason(
    enter: Enter, works: list[str], sent: dict[str, object], told: str
) -> None:
    answer = save(enter("expert1"), works[0], **({"criterion": "1", "value": "1"} | sent))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json is not None
    assert told in answer.json["message"]


@pytest.mark.parametrize("seen", [["no id"], [5], 5, None])
def test_pages_that_are_no_ids_are_refused(enter: Enter, works: list[str], seen: object) -> None:
    client = enter("expert1")
    answer = client.post(f"{works[0]}/submit", json={"confirmed": True, "seen": seen})
    assert answer.status_code == 422
    assert answer.json == {"message": "Запрос не понят: обновите страницу."}


def test_fetching_ahead_changes_nothing(enter: Enter, database: Database, works: list[str]) -> None:
    client = enter("expert1")
    before = _lasting(client.get("/scoring/").text)
    client.get(f"{works[1]}/panel")
    assert _lasting(client.get("/scoring/").text) == before


def _lasting(page: str) -> str:
    """The page without its tokens, which change with the second."""
    return re.sub(r'(name="csrf_token" value|csrf)="[^"]*"', "", page)


def test_the_list_keeps_its_filter_in_the_address(enter: Enter, works: list[str]) -> None:
    client = enter("expert1")
    save(client, works[1], "1", "2")
    begun = client.get("/scoring/?state=begun").text
    listed = re.findall(r'<a href="(/scoring/[0-9a-f-]{36})"', begun)
    assert listed == [works[1]]
    assert UUID(listed[0].rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("points", {"criterion": "1", "value": "9" * 5000, "key": "k", "based_on": 0}),
        ("submit", {"seen": "x"}),
        ("submit", {"seen": None}),
    ],
)
def test_what_no_screen_would_send_is_refused_and_is_no_error(
    enter: Enter, works: list[str], address: str, sent: dict[str, object]
) -> None:
    answer = enter("expert1").post(f"{works[0]}/{address}", json=sent)
    assert answer.status_code == 422


def test_chosen_keys_go_with_the_account_and_one_key_does_one_thing(
    enter: Enter, world: World
) -> None:
    client = enter("expert1")
    for sent in (
        {"codes": {"full": "KeyJ", "zero": "KeyJ"}, "single": True},
        {"codes": {"full": "<script>"}, "single": True},
        {"codes": {"full": 7}, "single": True},
        {"codes": [], "single": True},
        {"codes": {}, "single": "yes"},
    ):
        assert client.post("/scoring/keys", json=sent).status_code == 422, sent
    kept = {"codes": {"full": "KeyJ"}, "single": False}
    assert client.post("/scoring/keys", json=kept).status_code == 200
    again = enter("expert1").get("/scoring/").text
    work = re.findall(r'href="(/scoring/[0-9a-f-]{36})"', again)[0]
    assert "KeyJ" in client.get(work).text
    other = enter("expert2")
    theirs = re.findall(r'href="(/scoring/[0-9a-f-]{36})"', other.get("/scoring/").text)[0]
    shown = other.get(theirs)
    assert shown.status_code == 200
    assert "KeyJ" not in shown.text


def test_a_mark_from_the_screen_is_saved_and_an_unusable_one_refused(
    enter: Enter, works: list[str]
) -> None:
    client = enter("expert1")
    image = re.findall(r'data-image="([^"]+)"', client.get(works[0]).text)[0]
    mark = {"id": image, "image": image, "kind": "tick", "box": [0.1, 0.2, 0, 0], "key": "a"}
    mark |= {"words": "", "criterion": "", "removed": False, "based_on": 0}
    first = client.post(f"{works[0]}/annotations", json=mark)
    assert (first.status_code, first.json and first.json["number"]) == (200, 1)
    stale = client.post(f"{works[0]}/annotations", json=mark | {"key": "b"})
    assert (stale.status_code, stale.json and stale.json["theirs"]["number"]) == (409, 1)
    for wrong in (
        {"kind": "star"},
        {"box": [1]},
        {"box": "all"},
        {"id": "x"},
        {"box": [2, 0, 0, 0]},
    ):
        answer = client.post(f"{works[0]}/annotations", json=mark | wrong | {"key": "c"})
        assert answer.status_code == 422, wrong
    assert enter("expert3").post(f"{works[0]}/annotations", json=mark).status_code == 404


def test_a_long_list_of_works_comes_in_pages(
    enter: Enter, world: World, works: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring_queue, "PAGE_SIZE", 1)
    expert, found, address = enter("expert1"), [], f"/scoring/?exam={world.exam.id}"
    while address:
        page = expert.get(address).text
        found += re.findall(r'<a href="(/scoring/[0-9a-f-]{36})">Работа', page)
        further = re.search(r'href="([^"]*)">Дальше', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert sorted(found) == sorted(works)
