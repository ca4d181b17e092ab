"""The database's schema: upgrade, downgrade, and whether it is the one this program needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from app.db import Database
from app.models import Base

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(database: Database, *, revision: str = "head") -> None:
    """Bring the schema up to the revision, in one transaction."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, *, revision: str) -> None:
    """Take the schema down to the revision, in one transaction."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def missing_column(database: Database) -> str:
    """The first column that this program needs and the database does not have; empty when none.

    Before the first release the first migration is made anew, so that databases of two builds may
    stand at one revision and differ.
    """
    with database.engine.connect() as connection:
        tables = inspect(connection).get_multi_columns()
    found = {(name, one["name"]) for (_, name), columns in tables.items() for one in columns}
    wanted = {(table.name, one.name) for table in Base.metadata.tables.values() for one in table.c}
    return next((".".join(one) for one in sorted(wanted - found)), "")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
