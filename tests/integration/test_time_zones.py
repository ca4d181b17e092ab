"""Pages show days and hours by the clocks of the visitor's municipality."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_login import login_user

from app.access import Actor, Role
from app.db import Database
from app.factory import create_app
from app.models import LoginSession, RoleGrant
from app.queries.accounts import find_visitor
from app.settings import Settings
from app.web.context import SignedIn, local_day
from tests.builders import make_municipality, make_person, make_school

LATE_IN_MOSCOW = datetime(2026, 4, 21, 20, 30, tzinfo=UTC)


@pytest.fixture
def people(database: Database, now: datetime) -> dict[str, Actor]:
    with database.transaction() as session:
        far = make_municipality(session, name="Дальний район")
        far.timezone = "Asia/Vladivostok"
        near = make_municipality(session, name="Ближний район")
        school = make_school(session, far, 1)
        return {
            "chair": make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=far),
            "expert": make_person(session, "expert", Role.EXPERT, at=now, school=school),
            "near": make_person(
                session, "near", Role.MUNICIPAL_COORDINATOR, at=now, municipality=near
            ),
            "admin": make_person(session, "admin", Role.ADMINISTRATOR, at=now),
        }


@pytest.mark.parametrize(
    ("login", "day", "shown"),
    [
        ("chair", date(2026, 4, 22), "22.04.2026 06:30"),
        ("expert", date(2026, 4, 22), "22.04.2026 06:30"),
        ("near", date(2026, 4, 21), "21.04.2026 23:30"),
        ("admin", date(2026, 4, 21), "21.04.2026 23:30"),
    ],
)
def test_days_and_hours_are_those_of_the_visitor_s_municipality(
    settings: Settings,
    database: Database,
    people: dict[str, Actor],
    now: datetime,
    login: str,
    day: date,
    shown: str,
) -> None:
    app = create_app(settings)
    with app.test_request_context("/"):
        login_user(_signed_in(database, people[login], now))
        assert local_day(LATE_IN_MOSCOW) == day
        assert _moment(app, LATE_IN_MOSCOW) == shown


def test_a_person_of_two_zones_gets_the_installation_s(
    settings: Settings, database: Database, people: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        second = RoleGrant(
            person_id=people["near"].person_id,
            role=Role.COMMISSION_CHAIR,
            municipality_id=people["chair"].grants[0].municipality_id,
            granted_at=now,
        )
        session.add(second)
    app = create_app(settings)
    with app.test_request_context("/"):
        login_user(_signed_in(database, people["near"], now))
        assert local_day(LATE_IN_MOSCOW) == date(2026, 4, 21)


def _signed_in(database: Database, actor: Actor, at: datetime) -> SignedIn:
    with database.transaction() as session:
        opened = LoginSession(
            person_id=actor.person_id, created_at=at, expires_at=at + timedelta(hours=1)
        )
        session.add(opened)
        session.flush()
        key = opened.id
    with database.reading() as session:
        found = find_visitor(session, session_id=key, at=at, origin="")
    assert found is not None
    return SignedIn(found)


def _moment(app: Flask, moment: datetime) -> str:
    return app.jinja_env.from_string("{{ it|moment }}").render(it=moment)
