"""`sverka whose-mark`: the assignment behind the mark on a picture that turned up somewhere."""

from __future__ import annotations

import click
from sqlalchemy import String, cast, func, select

from app.cli.installation import open_database
from app.models import Assignment, Expert, Person
from app.settings import Settings

_FEWEST_DIGITS = 4


@click.command("whose-mark")
@click.argument("mark")
def whose_mark(mark: str) -> None:
    """Print who was shown the picture that carries MARK: assignment, login, when it was given."""
    digits = "".join(sign for sign in mark.lower() if sign in "0123456789abcdef")
    if len(digits) < _FEWEST_DIGITS:
        raise click.BadParameter("нужны хотя бы четыре знака метки")
    plain = func.replace(cast(Assignment.id, String), "-", "")
    query = (
        select(Assignment, Person.login)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .where(plain.like(f"{digits}%"))
        .order_by(Assignment.created_at, Assignment.id)
    )
    with open_database(Settings()).reading() as session:
        for assignment, login in session.execute(query):
            click.echo(f"{assignment.id}\t{login}\t{assignment.created_at:%Y-%m-%d %H:%M} UTC")
