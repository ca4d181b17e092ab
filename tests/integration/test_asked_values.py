"""A number in an address or a form that no database can hold is as if it had not been sent."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from app.access import Role
from app.db import Database
from app.web.fields import whole
from tests.builders import make_municipality, make_person, make_school
from tests.integration.conftest import Enter

TOO_LARGE = "9" * 40


def test_a_list_is_shown_whatever_number_its_address_holds(
    database: Database, enter: Enter, now: datetime
) -> None:
    with database.transaction() as session:
        place = make_municipality(session)
        make_school(session, place)
        make_person(session, "muni", Role.MUNICIPAL_COORDINATOR, municipality=place, at=now)
    assert enter("muni").get(f"/registers/classes?grade={TOO_LARGE}").status_code == 200


@pytest.mark.parametrize("text", ["2147483648", "-2147483649", TOO_LARGE, "4.0", "x"])
def test_what_no_column_holds_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        whole(text)
