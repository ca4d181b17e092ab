"""Schools of the lists as a ground: the newest entry, three years, withdrawn ones."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import Database
from app.errors import Refusal
from app.models import Ground, ListedSchool, RecheckCase
from app.queries import rechecks as queries
from app.services import registers
from tests.recheck_world import RecheckWorld

TODAY = date(2026, 4, 21)


def _list_school(
    database: Database, world: RecheckWorld, *, year: int, source: str = "Письмо № 4"
) -> UUID:
    with database.transaction() as session:
        entry = registers.ListingEntry(login=world.base.schools[0].login, year=year, source=source)
        return registers.save_listing(
            session, entry=entry, by=world.base.coordinator, at=world.now
        ).id


def test_works_of_a_listed_school_name_its_newest_entry(
    database: Database, world: RecheckWorld
) -> None:
    _list_school(database, world, year=2024)
    newest = _list_school(database, world, year=2025, source="Письмо № 7")
    with database.transaction() as session:
        world.hand_over(session, 0, 1, ground=Ground.LISTED_SCHOOL)
        listed = set(session.scalars(select(RecheckCase.listed_id)))
        case_id = session.scalars(select(RecheckCase.id)).first()
        assert case_id is not None
    assert listed == {newest}
    with database.reading() as session:
        case = queries.get_case(session, case_id=case_id, actor=world.chair, today=TODAY)
    assert case.listed == "2025: Письмо № 7"


@pytest.mark.parametrize("year", [None, 2022])
def test_a_school_in_no_list_of_the_last_three_years_gives_no_ground(
    database: Database, world: RecheckWorld, year: int | None
) -> None:
    if year is not None:
        _list_school(database, world, year=year)
    with pytest.raises(Refusal, match="последних трёх лет"), database.transaction() as session:
        world.hand_over(session, 0, ground=Ground.LISTED_SCHOOL)


def test_a_withdrawn_entry_gives_no_ground_and_stays_on_its_case(
    database: Database, world: RecheckWorld
) -> None:
    key = _list_school(database, world, year=2025)
    with database.transaction() as session:
        world.hand_over(session, 0, ground=Ground.LISTED_SCHOOL)
        registers.withdraw_listing(session, listing_id=key, by=world.base.coordinator, at=world.now)
    with pytest.raises(Refusal), database.transaction() as session:
        world.hand_over(session, 1, ground=Ground.LISTED_SCHOOL)
    with database.reading() as session:
        (case,) = session.scalars(select(RecheckCase)).all()
        assert case.listed_id == key
        assert session.get_one(ListedSchool, key).source == "Письмо № 4"
