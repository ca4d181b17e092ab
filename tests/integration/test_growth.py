"""How pages grow with their data: queries a page over ten times as much, and indexes in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select
from werkzeug.routing import Rule

from app import clock
from app.access import Role
from app.db import Database
from app.factory import create_app
from app.models import Assignment, SchoolClass
from app.notices import LETTER_JOB
from app.queue import enqueue
from app.settings import Settings
from tests.builders import PASSWORD, make_class, make_participants, make_person
from tests.scoring_world import World, make_world

ROLES = ("muni", "school1", "expert1", "chair", "region", "admin")
# One more for a second statement of a list that is loaded in portions.
MAY_GROW_BY = 2
SMALL, LARGE = 4, 40


def grown(folder: Path, source: Path, works: int) -> tuple[Flask, dict[str, UUID]]:
    """An installation with so many works, and a tenth of it in schools, classes and experts."""
    settings = Settings(data_dir=folder, _env_file=None)
    folder.mkdir()
    (folder / "sverka.db").write_bytes(source.read_bytes())
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    installed = app.extensions["sverka"]
    at = clock.now()
    with installed.database.transaction() as session:
        codes = [f"{10001 + number}" for number in range(works)]
        world = make_world(
            session, at=at, store=installed.store, codes=codes, pages=1, experts=works // 4 + 1
        )
        for script in range(works):
            others = 1 + script // 2 % (len(world.experts) - 1)
            world.assign(session, others if script % 2 else 0, script, at=at)
        for login, role in (("region", Role.REGIONAL_COORDINATOR), ("admin", Role.ADMINISTRATOR)):
            make_person(session, login, role, at=at)
        place = world.municipality
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=place)
        for number in range(works):
            enqueue(session, kind=LETTER_JOB, key=str(number), payload={}, at=at)
        for number in range(works // 2):
            school = world.schools[number % len(world.schools)]
            made = make_class(session, school, letter=chr(ord("А") + number), serial=number + 2)
            make_participants(session, world.exam, made, (f"{50001 + number}",))
            make_person(session, f"more{number}", Role.EXPERT, at=at, school=world.schools[0])
        return app, _ids(world, session)


def _ids(world: World, session: object) -> dict[str, UUID]:
    mine = select(Assignment.id).where(Assignment.expert_id == world.experts[0].id)
    return {
        "exam_id": world.exam.id,
        "campaign_id": world.exam.campaign_id,
        "municipality_id": world.municipality.id,
        "school_id": world.schools[0].id,
        "class_id": session.scalars(select(SchoolClass.id)).first(),
        "script_id": world.scripts[0].id,
        "work_id": session.scalars(mine.order_by(Assignment.queue_position)).first(),
        "expert_id": world.experts[0].id,
        "person_id": world.actors[0].person_id,
    }


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    engines = (database.engine, database._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def pages(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule)
        if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("static")
    ]


def queries_by_page(app: Flask, ids: dict[str, UUID]) -> dict[str, tuple[int, str]]:
    """How many statements each page needs as each role, and the one it sends most often."""
    found: dict[str, tuple[int, str]] = {}
    database = app.extensions["sverka"].database
    for login in ROLES:
        client = app.test_client()
        client.post("/login", data={"login": login, "password": PASSWORD})
        for rule in pages(app):
            if not set(rule.arguments) <= set(ids):
                continue
            path = rule.build({name: ids[name] for name in rule.arguments})[1]
            with counted(database) as sent:
                answer = client.get(path)
            if answer.status_code == 200:
                most = max(sent, key=sent.count) if sent else ""
                found[f"{login} {rule.rule}"] = (len(sent), most)
    return found


def test_no_page_asks_the_database_more_often_for_ten_times_the_works(
    tmp_path: Path, empty_database_file: Path
) -> None:
    small, large = (
        queries_by_page(*grown(tmp_path / str(works), empty_database_file, works))
        for works in (SMALL, LARGE)
    )
    assert len(set(small) & set(large)) > 150
    more = {
        page: f"{small[page][0]} -> {large[page][0]}: {' '.join(large[page][1].split())[:300]}"
        for page in sorted(set(small) & set(large))
        if large[page][0] > small[page][0] + MAY_GROW_BY
    }
    assert more == {}
