"""An administrator is told in time that the disk is nearly full, and nobody else."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from app.access import Role
from app.db import Database
from app.web import room
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter

GIGABYTE = 10**9


@pytest.mark.parametrize(
    ("free", "shown"), [(20, ""), (9, 'class="soon">На диске'), (2, 'class="late">На диске')]
)
def test_a_disk_that_is_nearly_full_stands_first_on_the_administrators_page(
    database: Database,
    enter: Enter,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    shown: str,
) -> None:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        place = make_municipality(session)
        make_person(session, "muni", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
    total = 100 * GIGABYTE
    disk = type(shutil.disk_usage("/"))(total, total - free * GIGABYTE, free * GIGABYTE)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: disk)
    page = enter("admin").get("/").text
    assert ("На диске данных" in page, shown in page) == (bool(shown), True)
    assert "На диске данных" not in enter("muni").get("/").text
