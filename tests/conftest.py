"""What all tests share: a fresh installation on a real database with a real file store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from app.db import Database
from app.schema import upgrade
from app.settings import Settings
from app.storage import FileStore

hypothesis_settings.register_profile("product", deadline=None, derandomize=True)
hypothesis_settings.load_profile("product")

NOW = datetime(2026, 4, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", _env_file=None)


@pytest.fixture(scope="session")
def empty_database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated SQLite file a session; each test works on its own copy."""
    path = tmp_path_factory.mktemp("schema") / "sverka.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture
def database(settings: Settings, empty_database_file: Path) -> Iterator[Database]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "sverka.db").write_bytes(empty_database_file.read_bytes())
    found = Database(settings.database)
    yield found
    found.dispose()


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings.files_dir)
