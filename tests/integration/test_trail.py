"""The trail as its readers see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.access import Actor, Role
from app.audit import record
from app.db import Database
from app.models import CaseState, Method, RecheckCase, RecheckReading, Scheme, TroubleKind
from app.queries.trail import TrailFilter, read_trail
from app.services import marking
from app.storage import FileStore
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter
from tests.recheck_world import HIGHER, make_recheck_world

EVENING = datetime(2026, 4, 20, 22, 30, tzinfo=UTC)
"""Half past one in the night of the 21st, in Moscow."""


@pytest.fixture
def reader(enter: Enter, database: Database, now: datetime) -> FlaskClient:
    with database.transaction() as session:
        place = make_municipality(session)
        by = make_person(session, "mk", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
        record(
            session,
            action="municipality.changed",
            subject_kind="municipality",
            subject_id=place.id,
            by=by,
            at=EVENING,
            municipality_id=place.id,
            new={"kind": TroubleKind.UNREADABLE.value, "scheme": Scheme.CROSS_SCHOOL.value},
            why="ночная правка",
        )
    return enter("mk")


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-04-21", "2026-04-21", True),
        ("2026-04-20", "2026-04-20", False),
        ("2026-04-22", "", False),
        ("0001-01-01", "9999-12-31", True),
        ("вчера", "", True),
    ],
)
def test_days_of_the_filter_are_those_that_the_page_shows(
    reader: FlaskClient, since: str, until: str, found: bool
) -> None:
    page = reader.get("/trail/", query_string={"since": since, "until": until})
    assert page.status_code == 200
    assert ("ночная правка" in page.text) is found


def test_members_of_closed_lists_are_told_in_words(reader: FlaskClient) -> None:
    page = reader.get("/trail/").text
    assert "не читается" in page
    assert "перекрёстная" in page
    assert "unreadable" not in page


def told(database: Database, actor: Actor, action: str) -> tuple[dict[str, Any], bool]:
    """What the newest event of a kind says to a reader, and whether points are hidden."""
    with database.reading() as session:
        event = read_trail(session, actor=actor, wanted=TrailFilter(action=action)).events[0]
    return event.new, event.is_hidden


@pytest.mark.parametrize("method", [Method.BLIND, Method.REVIEW])
def test_points_are_hidden_while_the_commission_reads_blindly_and_from_administrators_always(
    database: Database, store: FileStore, now: datetime, method: Method
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        world.set_method(session, method)
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        reading = world.assign(session, world.open_case(session), 1)
        world.now, case_id, work = (
            now + timedelta(minutes=1),
            reading.case_id,
            reading.assignment_id,
        )
        member = world.actor_of(reading)
        marking.open_sheet(session, assignment_id=work, by=member, at=world.now)
        marking.record_points(
            session, assignment_id=work, criterion="1", value=2, save_key="read", based_on=0,
            by=member, at=world.now,
        )  # fmt: skip
    blind = method is Method.BLIND
    points = {"criterion": "1", "number": 1} | ({} if blind else {"points": "2"})
    for reader in (world.chair, world.base.coordinator):
        assert told(database, reader, "points.saved") == (points, blind)
    assert told(database, admin, "points.saved") == ({"criterion": "1", "number": 1}, True)
    assert told(database, admin, "result.settled")[0].keys() == {"number", "source"}
    with database.transaction() as session:
        for label, value in list(HIGHER.items())[1:]:
            marking.record_points(
                session, assignment_id=work, criterion=label, value=value, save_key=label,
                based_on=0, by=member, at=world.now,
            )  # fmt: skip
        marking.submit_sheet(session, assignment_id=work, confirmed=True, by=member, at=world.now)
        if not blind:
            world.explain(session, session.get_one(RecheckReading, reading.id))
        assert session.get_one(RecheckCase, case_id).state is CaseState.READ
    assert told(database, world.chair, "sheet.submitted") == ({"total": 5}, False)
    assert told(database, admin, "sheet.submitted") == ({}, True)
