"""`sverka whose-mark`: whose view the mark on a picture tells that turned up somewhere."""

from __future__ import annotations

from uuid import UUID

import click
from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.cli.installation import open_database
from app.models import Assignment, Expert, Person
from app.settings import Settings

_FEWEST_DIGITS = 4


@click.command(
    "whose-mark",
    help="Назвать, кому показывали изображение с МЕТКОЙ.\n\n"
    "Строка на каждое назначение: его номер, логин, когда дано. Член комиссии, смотревший вторым, "
    "назван своим номером и логином.",
)
@click.argument("mark", metavar="МЕТКА")
def whose_mark(mark: str) -> None:
    """Print who was shown the picture that carries MARK.

    A line for every assignment: its id, the login, when it was given. A member of the commission
    who looked at it as a second person is printed with his own id and login.
    """
    digits = "".join(sign for sign in mark.lower() if sign in "0123456789abcdef")
    if len(digits) < _FEWEST_DIGITS:
        raise click.BadParameter("нужны хотя бы четыре знака метки")
    query = (
        select(Assignment, Person.login)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .where(_begins(Assignment.id, digits))
        .order_by(Assignment.created_at, Assignment.id)
    )
    with open_database(Settings()).reading() as session:
        for assignment, login in session.execute(query):
            click.echo(f"{assignment.id}\t{login}\t{assignment.created_at:%Y-%m-%d %H:%M} UTC")
        people = select(Person).where(_begins(Person.id, digits)).order_by(Person.login)
        for person in session.scalars(people):
            click.echo(f"{person.id}\t{person.login}")


def _begins(key: InstrumentedAttribute[UUID], digits: str) -> ColumnElement[bool]:
    return func.replace(cast(key, String), "-", "").like(f"{digits}%")
