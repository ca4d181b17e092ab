"""A town of two schools and who keeps its registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from app.access import Actor, Role
from app.db import Database
from app.models import (
    Municipality,
    School,
)
from tests.builders import (
    make_municipality,
    make_person,
    make_school,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    municipality: Municipality
    home: School
    other: School
    municipal: Actor
    school: Actor


@pytest.fixture
def town(database: Database, now: datetime) -> Town:
    with database.transaction() as session:
        place = make_municipality(session)
        home, other = make_school(session, place, 1), make_school(session, place, 2)
        return Town(
            municipality=place,
            home=home,
            other=other,
            municipal=make_person(
                session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place
            ),
            school=make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home),
        )
