"""What the commands that touch an installation share: settings and a current schema."""

from __future__ import annotations

import click

from app.db import Database
from app.schema import is_current, upgrade
from app.settings import Settings


def open_database(settings: Settings, *, make: bool = False) -> Database:
    """The database of the installation, at the schema that this program needs.

    Args:
        settings: the installation's settings.
        make: bring an old or empty schema up to date instead of refusing it.

    Raises:
        click.ClickException: the schema is another one.
    """
    database = Database(settings.database)
    if make and not is_current(database):
        upgrade(database)
    if not is_current(database):
        raise click.ClickException("схема базы устарела: выполните ./sverka db upgrade")
    return database
