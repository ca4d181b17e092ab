"""The way in: who is throttled and who is not, which passwords are refused, when sittings end."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from app import clock
from app.access import Role
from app.db import Database
from app.errors import Refusal
from app.factory import create_app
from app.models import LoginFailure, LoginSession, Person
from app.models.base import random_id
from app.services import accounts
from app.services.accounts.weak import is_guessable, was_leaked
from app.settings import Settings
from tests.builders import PASSWORD, make_municipality, make_person
from tests.integration.conftest import Enter

HOME, STRANGER = "198.51.100.7", "203.0.113.50"


@pytest.fixture
def town(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        place = make_municipality(session)
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        make_person(session, "mk", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)


def knock(
    app: Flask, login: str, password: str, *, at: str = HOME, forged: str = ""
) -> TestResponse:
    return app.test_client().post(
        "/login",
        data={"login": login, "password": password},
        environ_overrides={"REMOTE_ADDR": at},
        headers={"X-Forwarded-For": forged} if forged else {},
    )


def test_a_forged_address_does_not_reset_the_throttle_of_another_process(
    app: Flask, settings: Settings, town: None, database: Database
) -> None:
    with database.transaction() as session:
        for _ in range(accounts.MOST_OF_ADDRESS - 2):
            session.add(LoginFailure(address=STRANGER, at=clock.now()))
    for number in range(2):
        assert (
            knock(app, f"x{number}", "?", at=STRANGER, forged=f"10.0.0.{number}").status_code < 403
        )
    second = create_app(settings)
    second.config["WTF_CSRF_ENABLED"] = False
    shut = knock(second, "mk", PASSWORD, at=STRANGER, forged="10.9.9.9")
    assert (shut.status_code, 0 < int(shut.headers["Retry-After"]) <= 900) == (429, True)
    assert knock(second, "mk", PASSWORD, at=HOME).status_code == 302


def test_behind_a_proxy_the_visitor_s_own_address_is_throttled(
    settings: Settings, database: Database, town: None
) -> None:
    app = create_app(settings.model_copy(update={"proxies": 1}))
    app.config["WTF_CSRF_ENABLED"] = False
    for number in range(3):
        knock(app, "mk", "?", forged=f"10.0.0.{number}, 2001:db8::{number + 1}")
    with database.reading() as session:
        assert set(session.scalars(select(LoginFailure.address))) == {"2001:db8::/64"}


def test_strangers_do_not_keep_a_person_out_of_where_he_works(app: Flask, town: None) -> None:
    assert knock(app, "mk", PASSWORD).status_code == 302
    for _ in range(accounts.MOST_FAILURES):
        knock(app, "mk", "?", at=STRANGER)
    assert knock(app, "mk", PASSWORD, at=STRANGER).status_code == 401
    assert knock(app, "mk", PASSWORD, at="192.0.2.1").status_code == 401
    assert knock(app, "mk", PASSWORD).status_code == 302


def test_an_account_opens_again_after_a_quarter_of_an_hour(
    database: Database, town: None, now: datetime
) -> None:
    def tried(password: str, at: datetime) -> UUID | None:
        with database.reading() as session:
            held = accounts.knock(session, login="mk", password=password, origin=HOME, at=at)
        with database.transaction() as session:
            return accounts.log_in(
                session, knock=held, at=at, lasts=timedelta(hours=1), origin=HOME, agent=""
            )

    for _ in range(accounts.MOST_FAILURES):
        tried("?", now)
    assert tried(PASSWORD, now + accounts.LOCK - timedelta(seconds=1)) is None
    assert tried(PASSWORD, now + accounts.LOCK) is not None


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiop",
        "Password2026!",
        "1234567890",
        "Сверка2026",
        "vprvprvpr1",
        "йцукенгшщз",
        "asdfghjkl1",
        "ivanova-2026",
        "abcabcabcabc",
        "ghbdtnghbdtn",
        "Administrator1",
        "11111111112",
        "мамамылараму",
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    assert is_guessable(password, login="ivanova")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "три зелёных кота",
        "correct horse battery",
        "v7kd-9qpm-2xnt",
        "ы" * 9 + "четыре",
    ],
)
def test_a_password_of_any_composition_is_taken(password: str) -> None:
    assert not is_guessable(password, login="ivanova")


def test_a_password_known_from_leaks_is_refused(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    leaked = sorted(
        hashlib.sha1(f"слово {number}".encode()).hexdigest().upper() for number in range(1000, 1300)
    )
    listing = tmp_path / "pwned.txt"
    listing.write_text("".join(f"{one}:{place}\r\n" for place, one in enumerate(leaked)))
    assert all(was_leaked(f"слово {number}", listing) for number in range(1000, 1300))
    assert not any(was_leaked(f"слово {number}", listing) for number in range(1300, 1400))
    with pytest.raises(Refusal, match="утечек"), database.transaction() as session:
        accounts.set_up_installation(
            session,
            login="boss",
            display_name="Администратор",
            password="слово 1299",
            municipality="Пробный район",
            timezone="Europe/Moscow",
            at=now,
            breached=listing,
        )


def sessions(database: Database) -> list[LoginSession]:
    with database.reading() as session:
        return list(session.scalars(select(LoginSession).where(LoginSession.revoked_at.is_(None))))


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("sverka")
    assert found is not None
    return str(found.value)


def test_a_cookie_of_before_opens_nothing_after_the_logout(
    app: Flask, enter: Enter, town: None, database: Database
) -> None:
    client = enter("mk")
    stolen = cookie_of(client)
    left = client.post("/logout")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    thief = app.test_client()
    thief.set_cookie("sverka", stolen)
    assert thief.get("/").location.startswith("/login")
    assert sessions(database) == []


def test_a_new_password_gives_the_sitting_a_new_id_and_ends_the_others(
    app: Flask, enter: Enter, town: None, database: Database
) -> None:
    client, other = enter("mk"), enter("mk")
    stolen = cookie_of(client)
    told = {"old": PASSWORD, "new": "три зелёных кота", "again": "три зелёных кота"}
    assert client.post("/password", data=told).location == "/"
    assert "Пароль изменён" in client.get("/").text
    thief = app.test_client()
    thief.set_cookie("sverka", stolen)
    for shut in (thief, other):
        assert shut.get("/").location.startswith("/login")
    assert len(sessions(database)) == 1


def test_who_goes_away_for_an_hour_logs_in_again(
    enter: Enter, town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, start = enter("mk"), clock.now()
    for minutes in (50, 100, 150):
        monkeypatch.setattr(clock, "now", lambda moved=minutes: start + timedelta(minutes=moved))
        assert client.get("/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=211))
    assert client.get("/").location.startswith("/login")


def test_a_role_taken_away_ends_the_sitting(enter: Enter, town: None, database: Database) -> None:
    client, admin = enter("mk"), enter("admin")
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.login == "mk")).one()
        taken = f"/people/{person.id}/roles/{person.grants[0].id}/revoke"
    admin.post(taken)
    assert client.get("/").location.startswith("/login")


def test_ids_are_random_in_every_bit() -> None:
    seen = [random_id().int for _ in range(64)]
    always, never = seen[0], ~seen[0]
    for one in seen:
        always, never = always & one, never & ~one
    assert (always, never & (1 << 128) - 1) == (0, 0), "bits that are the same in every id"


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_and_the_headers_of_every_answer(
    settings: Settings, town: None, secure: bool
) -> None:
    app = create_app(settings.model_copy(update={"secure_cookies": secure}))
    app.config["WTF_CSRF_ENABLED"] = False
    opened = app.test_client().post("/login", data={"login": "mk", "password": PASSWORD})
    cookie = opened.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sverka=" if secure else "sverka=")
    assert ("Secure" in cookie) is secure
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    for path in ("/login", "/static/base.css", "/no-such-page", "/healthz"):
        headers = app.test_client().get(path, base_url="https://vpr.example").headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
        hsts = headers.get("Strict-Transport-Security", "")
        assert hsts == ("max-age=31556926; includeSubDomains" if secure else "")


def test_methods_that_no_page_has_are_answered_like_missing_pages(app: Flask, town: None) -> None:
    client = app.test_client()
    for method in ("TRACE", "CONNECT", "PUT", "DELETE", "PATCH"):
        assert client.open("/login", method=method).status_code == 404


@pytest.fixture
def every_line() -> Iterator[None]:
    """The log as an installation keeps it, whatever another test has set."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.configure(**before)


def test_the_log_names_ids_and_reasons_and_no_more(
    enter: Enter, app: Flask, town: None, every_line: None
) -> None:
    with capture_logs() as lines:
        knock(app, "mk", "тайное слово")
        client = enter("mk")
        client.get("/exams/00000000-0000-0000-0000-000000000001?q=73001")
    said = "\n".join(map(str, lines))
    assert "login_refused" in said
    assert "not_yours" in said
    for secret in ("тайное слово", PASSWORD, "73001", HOME, cookie_of(client), "'mk'", '"mk"'):
        assert secret not in said
