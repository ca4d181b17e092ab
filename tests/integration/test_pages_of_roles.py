"""Pages of the roles that no browser walks over: every link opens, and its HTML is valid."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.access import MUNICIPALITY_ROLES, REGION_ROLES, Role
from app.db import Database
from app.storage import FileStore
from tests.builders import make_person
from tests.html_faults import html_faults
from tests.integration.conftest import Enter
from tests.scoring_world import make_world

LINK = re.compile(r'href="(/[^"#]*)')
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# A responsible coordinator has the pages of a municipal one, which a browser walks over.
ROLES = (
    Role.REGIONAL_COORDINATOR,
    Role.TECHNICAL_SPECIALIST,
    Role.COMMISSION_MEMBER,
)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens_and_is_valid(
    enter: Enter, database: Database, store: FileStore, role: Role
) -> None:
    at = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=at, store=store, pages=1)
        place: dict[str, object] = {}
        if role in MUNICIPALITY_ROLES:
            place = {"municipality": world.municipality}
        elif role not in REGION_ROLES:
            place = {"school": world.schools[0]}
        make_person(session, "walker", role, at=at, **place)
    seen, faults = walk(enter("walker"))
    assert not faults, "\n".join(faults)
    assert len(seen) > 3


def walk(client: FlaskClient) -> tuple[set[str], list[str]]:
    """Follow every link once a shape of address; what is not a page is opened and left."""
    waiting, seen, faults = ["/", "/password"], set[str](), list[str]()
    while waiting:
        path = waiting.pop(0).replace("&amp;", "&")
        shape = IDS.sub("*", path.partition("?")[0])
        if shape in seen or shape.startswith("/static/") or "/static/" in shape:
            continue
        seen.add(shape)
        answer = client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            faults.append(f"{path}: {answer.status_code}")
        elif answer.mimetype == "text/html":
            faults += [f"{path}: {fault}" for fault in html_faults(answer.text)]
            waiting += LINK.findall(answer.text)
    return seen, faults
