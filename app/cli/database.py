"""`sverka db`: the schema of the database."""

from __future__ import annotations

import click
from alembic.util import CommandError

from app import schema
from app.cli.installation import database_answers, open_database, reach_database
from app.cli.refusals import BadInput
from app.settings import Settings


@click.group(help="Схема базы данных.")
def db() -> None:
    """The schema of the database."""


@db.command(help="Довести схему до той, что нужна этой программе.")
def upgrade() -> None:
    """Bring the schema up to the one that this program needs."""
    open_database(Settings(), make=True)
    click.echo("схема базы обновлена")


@db.command(help="Вернуть схему к РЕВИЗИИ; для разработчиков, данные новых столбцов пропадут.")
@click.argument("revision", metavar="РЕВИЗИЯ")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION."""
    database = reach_database(Settings())
    try:
        with database_answers():
            schema.downgrade(database, revision=revision)
    except CommandError as error:
        raise BadInput(f"{revision}: ревизии с таким именем нет") from error
    click.echo(f"схема базы: {revision}")
