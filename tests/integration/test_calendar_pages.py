"""Pages of the calendar through the real application."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.models import CalendarOverride, Campaign, Municipality
from tests.builders import make_exam, make_municipality, make_person
from tests.integration.conftest import Enter


@pytest.fixture
def client(enter: Enter, database: Database, now: datetime) -> FlaskClient:
    with database.transaction() as session:
        town = make_municipality(session)
        make_exam(session, town, at=now)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=town)
    return enter("mo")


def _place(database: Database) -> str:
    with database.reading() as session:
        return str(session.scalars(select(Municipality.id)).one())


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _kept(database: Database) -> list[tuple[str, str, bool]]:
    with database.reading() as session:
        rows = session.scalars(select(CalendarOverride).order_by(CalendarOverride.day)).all()
        return [(str(row.day), row.source, row.withdrawn_at is None) for row in rows]


def test_a_day_is_put_in_shown_and_taken_back(client: FlaskClient, database: Database) -> None:
    form = {
        "place": _place(database),
        "day": "2026-04-21",
        "kind": "day_off",
        "source": "Указ № 5",
    }
    page = client.post("/calendar/days/new", data=form, follow_redirects=True)
    assert "Указ № 5" in page.get_data(as_text=True)
    assert _kept(database) == [("2026-04-21", "Указ № 5", True)]
    with database.reading() as session:
        key = session.scalars(select(CalendarOverride.id)).one()
    client.post(f"/calendar/days/{key}/withdraw", data={"year": "2026"})
    assert _kept(database) == [("2026-04-21", "Указ № 5", False)]
    assert "Указ № 5" not in _text(client, "/calendar/?year=2026")
    assert "снят" in _text(client, "/calendar/?year=2026&withdrawn=1")


def test_a_file_that_was_exported_is_taken_in_again(
    client: FlaskClient, database: Database
) -> None:
    rows = "date,kind,source\n2026-04-21,day_off,Указ № 5\n2026-04-25,working,\n"
    form = {"place": _place(database), "source": "Закон № 1"}
    answer = client.post(
        "/calendar/import",
        data=form | {"file": (io.BytesIO(rows.encode()), "days.csv")},
        follow_redirects=True,
    )
    assert "изменилось: 2" in answer.get_data(as_text=True)
    exported = client.get("/calendar/export.csv").get_data()
    assert exported.decode("utf-8-sig").splitlines() == [
        "date,kind,source",
        "2026-04-21,day_off,Указ № 5",
        "2026-04-25,working,Закон № 1",
    ]
    again = client.post(
        "/calendar/import",
        data=form | {"file": (io.BytesIO(exported), "days.csv")},
        follow_redirects=True,
    )
    assert "изменилось: 0" in again.get_data(as_text=True)


def test_a_file_with_wrong_rows_is_refused_whole_with_every_row(
    client: FlaskClient, database: Database
) -> None:
    rows = "date,kind,source\n2026-04-21,day_off,Указ\n31.02.2026,off,Указ\n2026-05-05,может,Указ\n"
    form = {"place": _place(database), "file": (io.BytesIO(rows.encode()), "days.csv")}
    page = client.post("/calendar/import", data=form).get_data(as_text=True)
    assert "31.02.2026" in page
    assert "может" in page
    assert _kept(database) == []


def test_a_year_without_confirmed_transfers_says_so(
    client: FlaskClient, database: Database
) -> None:
    assert "ещё не подтверждены" in _text(client, "/calendar/?year=2029")
    form = {"place": _place(database), "year": "2029", "source": "ПП РФ № 1"}
    client.post("/calendar/years/new", data=form)
    page = _text(client, "/calendar/?year=2029")
    assert "ПП РФ № 1" in page
    assert "ещё не подтверждены" not in page


def test_the_week_of_a_campaign_is_set_on_its_page(client: FlaskClient, database: Database) -> None:
    with database.reading() as session:
        campaign = session.scalars(select(Campaign.id)).one()
    form = {"week": "6", "decree_days": "run", "minutes_per_work": "25", "minutes_a_day": "100"}
    page = client.post(f"/calendar/campaigns/{campaign}", data=form, follow_redirects=True)
    assert "шестидневная" in page.get_data(as_text=True)


def test_the_chair_reads_the_calendar_and_does_not_change_it(
    client: FlaskClient, enter: Enter, database: Database
) -> None:
    chair = enter("chair")
    assert "Внести день" not in _text(chair, "/calendar/")
    assert chair.get("/calendar/days/new").status_code == 404


def test_a_place_that_is_no_place_is_a_page_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/calendar/?place=nowhere").status_code == 404
