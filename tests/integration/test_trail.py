"""The trail as its readers see it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.access import Role
from app.audit import record
from app.db import Database
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter

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
