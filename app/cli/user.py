"""`sverka user`: an account from the console, when nobody can log in any more."""

from __future__ import annotations

import click

from app import clock
from app.access import Role
from app.cli.installation import open_database
from app.errors import Refusal
from app.services.accounts import Place, create_account
from app.settings import Settings


@click.group(help="Учётные записи из командной строки.")
def user() -> None:
    """Accounts from the console."""


@user.command(help="Завести администратора ЛОГИН с первым паролем, который надо сменить.")
@click.argument("login", metavar="ЛОГИН")
@click.option("--name", required=True, help="Как зовут человека.")
def add(login: str, name: str) -> None:
    """Make an administrator LOGIN with a first password that must be changed."""
    database = open_database(Settings(), make=True)
    try:
        with database.transaction() as session:
            made = create_account(
                session,
                login=login,
                display_name=name,
                role=Role.ADMINISTRATOR,
                place=Place(),
                by=None,
                at=clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{made.login}\t{made.password}")
