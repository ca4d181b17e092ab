"""`sverka db`: the schema of the database."""

from __future__ import annotations

import click

from app import schema
from app.db import Database
from app.settings import Settings


@click.group()
def db() -> None:
    """The schema of the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to the one that this program needs."""
    schema.upgrade(Database(Settings().database))
    click.echo("схема базы обновлена")


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION."""
    schema.downgrade(Database(Settings().database), revision=revision)
    click.echo(f"схема базы: {revision}")
