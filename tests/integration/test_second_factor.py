"""The second door: who must pass it, what opens it, and what shuts it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access import Role
from app.db import Database
from app.errors import Refusal
from app.factory import create_app
from app.models import Person
from app.services.accounts import FactorBox
from app.settings import Settings
from tests.builders import PASSWORD, make_municipality, make_person


@pytest.fixture(autouse=True)
def still(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands: a code's half minute does not end between its making and its use."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def strict(settings: Settings, database: Database, now: datetime) -> Settings:
    """An installation that asks its coordinators for a second factor."""
    with database.transaction() as session:
        town = make_municipality(session)
        make_person(session, "mk", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        make_person(session, "chl", Role.COMMISSION_MEMBER, at=now, municipality=town)
    return settings.model_copy(update={"second_factor": True})


def entered(settings: Settings, login: str) -> FlaskClient:
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data={"login": login, "password": PASSWORD})
    return client


def where(client: FlaskClient, path: str = "/") -> str | None:
    return client.get(path).headers.get("Location")


def set_up(client: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    client.get("/second-factor/set-up")
    with client.session_transaction() as cookie:
        maker = pyotp.TOTP(cookie["factor_secret"])
    page = client.post(
        "/second-factor/set-up", data={"code": maker.at(clock.now()), "password": PASSWORD}
    )
    assert page.status_code == 200
    codes = page.get_data(as_text=True).split("<li><code>")[1:]
    return maker, [one.split("<")[0] for one in codes]


def test_a_coordinator_sets_it_up_before_anything_opens(strict: Settings) -> None:
    client = entered(strict, "mk")
    assert where(client) == "/second-factor/set-up"
    assert where(client, "/exams/") == "/second-factor/set-up"
    maker, codes = set_up(client)
    assert (where(client, "/exams/"), len(codes)) == (None, 8)
    again = entered(strict, "mk")
    assert where(again, "/exams/") == "/second-factor/"
    used = again.post("/second-factor/", data={"code": maker.at(clock.now())})
    assert used.status_code == 401, "a code that was used opens nothing"
    assert again.post("/second-factor/", data={"code": codes[0].upper()}).status_code == 302
    assert where(again, "/exams/") is None
    third = entered(strict, "mk")
    assert third.post("/second-factor/", data={"code": codes[0]}).status_code == 401


def test_who_is_not_asked_goes_on_with_a_password(strict: Settings, settings: Settings) -> None:
    assert where(entered(strict, "chl")) is None
    assert where(entered(settings, "mk")) is None


def test_the_next_code_opens(strict: Settings) -> None:
    maker, _codes = set_up(entered(strict, "mk"))
    later = entered(strict, "mk")
    next_code = maker.at(clock.now(), counter_offset=1)
    assert later.post(
        "/second-factor/", data={"code": f" {next_code[:3]} {next_code[3:]}"}
    ).location
    assert where(later) is None


def test_wrong_codes_shut_the_account(strict: Settings) -> None:
    _maker, codes = set_up(entered(strict, "mk"))
    client = entered(strict, "mk")
    for _ in range(5):
        client.post("/second-factor/", data={"code": "000000"})
    assert where(client, "/exams/") == "/login?next=/exams/"
    assert "/login" in str(where(entered(strict, "mk"), "/exams/"))
    assert len(codes) == 8


def test_the_level_above_takes_it_off(strict: Settings, database: Database) -> None:
    set_up(entered(strict, "mk"))
    admin = entered(strict, "admin")
    set_up(admin)
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.login == "mk")).one()
        assert person.factor_secret is not None
    assert "Снять второй фактор" in admin.get(f"/people/{person.id}").get_data(as_text=True)
    admin.post(f"/people/{person.id}/factor/reset")
    assert where(entered(strict, "mk")) == "/second-factor/set-up"


def test_one_takes_it_off_with_the_password(strict: Settings) -> None:
    client = entered(strict, "mk")
    set_up(client)
    client.post("/second-factor/drop", data={"password": "не тот пароль"})
    assert "Пароль введён неверно" in client.get("/second-factor/own").get_data(as_text=True)
    client.post("/second-factor/drop", data={"password": PASSWORD})
    assert where(client) == "/second-factor/set-up"


def test_a_secret_opens_with_its_key_for_its_person_alone() -> None:
    box, other = FactorBox(bytes(32)), FactorBox(bytes([1]) * 32)
    first, second = uuid4(), uuid4()
    sealed = box.seal("SECRET", person_id=first)
    assert box.open(sealed, person_id=first) == "SECRET"
    for wrong, person in ((other, first), (box, second)):
        with pytest.raises(Refusal, match="другим ключом"):
            wrong.open(sealed, person_id=person)
