"""Lists of schools with non-objective results: the register, versions, how long they serve."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from sqlalchemy import select

from app.access import Actor, Role
from app.bridge.listed import serving_entries
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import ListedSchool, School
from app.queries.registers import list_listings
from app.services import registers
from scoring import listed_years
from tests.builders import make_municipality, make_person, make_school
from tests.integration.conftest import Enter

LETTER = "Письмо министерства № 4-17"


@pytest.fixture
def people(database: Database, now: datetime) -> dict[str, Actor]:
    with database.transaction() as session:
        town = make_municipality(session)
        home = make_school(session, town, 1)
        make_school(session, town, 2)
        make_school(session, make_municipality(session, name="Соседний район"), 9)
        return {
            "mo": make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town),
            "so": make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home),
        }


def _save(
    database: Database,
    by: Actor,
    at: datetime,
    *,
    login: str = "edu100001",
    year: int = 2025,
    source: str = LETTER,
) -> registers.Saved:
    with database.transaction() as session:
        entry = registers.ListingEntry(login=login, year=year, source=source)
        return registers.save_listing(session, entry=entry, by=by, at=at)


@pytest.mark.parametrize(
    ("is_out", "years"), [(False, [2023, 2024, 2025]), (True, [2024, 2025, 2026])]
)
def test_the_last_three_lists_are_a_ground(is_out: bool, years: list[int]) -> None:
    assert list(listed_years(2026, is_out=is_out)) == years


def test_a_new_list_takes_the_place_of_the_oldest(
    database: Database, people: dict[str, Actor], now: datetime
) -> None:
    def serving() -> list[int]:
        with database.reading() as session:
            shown = list_listings(session, by=people["mo"], today=now.date())
            keys = {one.school_id for one in shown}
            grounds = serving_entries(session, keys, on=now.date())
        assert {row.year for row in grounds.values()} <= {one.year for one in shown if one.serves}
        return sorted(one.year for one in shown if one.serves)

    for year in (2022, 2023, 2025):
        _save(database, people["mo"], now, year=year)
    assert serving() == [2023, 2025]
    _save(database, people["mo"], now, year=2026, login="edu100002")
    assert serving() == [2025, 2026]


def test_a_corrected_entry_is_a_new_version_and_the_old_one_stays(
    database: Database, people: dict[str, Actor], now: datetime
) -> None:
    first = _save(database, people["mo"], now)
    again = _save(database, people["mo"], now)
    other = _save(database, people["mo"], now, source="Приказ № 5")
    assert (first.id == again.id, again.differing) == (True, ())
    assert other.id != first.id
    with database.reading() as session:
        rows = session.scalars(select(ListedSchool)).all()
        (shown,) = list_listings(session, by=people["mo"], today=now.date())
    assert sorted((row.source, row.withdrawn_at is None) for row in rows) == [
        (LETTER, False),
        ("Приказ № 5", True),
    ]
    assert (shown.source, shown.serves) == ("Приказ № 5", True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"login": "edu100009"}, "среди ваших нет"),
        ({"year": 2027}, "ещё не мог выйти"),
        ({"year": 1999}, "1999"),
        ({"source": " "}, "документ"),
    ],
)
def test_a_wrong_entry_is_refused(
    database: Database,
    people: dict[str, Actor],
    now: datetime,
    changes: dict[str, object],
    sentence: str,
) -> None:
    with pytest.raises(Refusal, match=sentence):
        _save(database, people["mo"], now, **changes)  # type: ignore[arg-type]


def test_a_school_does_not_keep_the_list_it_stands_in(
    database: Database, people: dict[str, Actor], now: datetime
) -> None:
    with pytest.raises(NotYours):
        _save(database, people["so"], now)


def test_a_file_is_tried_then_taken_in_exported_and_withdrawn(
    enter: Enter, database: Database, people: dict[str, Actor]
) -> None:
    client = enter("mo")
    text = f"Логин ОО;Год списка;Документ\nedu100001;2025;{LETTER}\nedu100002;2020;Старое письмо\n"
    page = client.post(
        "/registers/listed/import", data={"file": (io.BytesIO(text.encode()), "rows.csv")}
    ).get_data(as_text=True)
    assert "Новых строк: 2" in page
    content = re.search(r'name="content" value="([^"]*)"', page)
    assert content is not None
    client.post("/registers/listed/import/apply", data={"content": content[1]})
    shown = client.get("/registers/listed").get_data(as_text=True)
    assert LETTER in shown
    assert "старше трёх лет" in shown
    exported = client.get("/registers/listed/export.csv").get_data().decode("utf-8-sig")
    assert exported.splitlines()[1:] == [
        f"edu100001;2025;{LETTER}",
        "edu100002;2020;Старое письмо",
    ]
    with database.reading() as session:
        key = session.scalars(
            select(ListedSchool.id).join(School).where(School.login == "edu100001")
        ).one()
    client.post(f"/registers/listed/{key}/withdraw")
    assert LETTER not in client.get("/registers/listed").get_data(as_text=True)
    assert LETTER in client.get("/registers/listed?withdrawn=1").get_data(as_text=True)
