"""How pages come: light or dark by the person's choice, styles and scripts compressed."""

from __future__ import annotations

import gzip
from datetime import datetime

import pytest

from app.access import Role
from app.db import Database
from tests.builders import make_person
from tests.integration.conftest import Enter


@pytest.fixture(autouse=True)
def person(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)


def test_a_chosen_theme_goes_with_the_account(enter: Enter) -> None:
    client = enter("admin")
    assert "data-bs-theme" not in client.get("/").text
    assert "theme.js" in client.get("/").text
    assert client.post("/theme/dark?next=/people/").headers["Location"] == "/people/"
    page = enter("admin").get("/").text
    assert 'data-bs-theme="dark"' in page
    assert "theme.js" not in page
    client.post("/theme/system")
    assert "data-bs-theme" not in client.get("/").text
    assert client.post("/theme/pink").status_code == 404


def test_styles_go_compressed_and_pages_with_their_tokens_do_not(enter: Enter) -> None:
    client = enter("admin")
    takes = {"Accept-Encoding": "gzip"}
    plain = client.get("/static/sverka.css")
    packed = client.get("/static/sverka.css", headers=takes)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    plain.close()
    packed.close()
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in client.get("/", headers=takes).headers
