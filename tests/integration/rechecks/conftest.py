"""The municipality whose works are checked again."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.db import Database
from app.storage import FileStore
from tests.recheck_world import RecheckWorld, make_recheck_world


@pytest.fixture
def world(database: Database, store: FileStore, now: datetime) -> RecheckWorld:
    with database.transaction() as session:
        return make_recheck_world(session, at=now, store=store)
