"""What the commands that touch an installation share: settings and a current schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from app.cli.refusals import BadInput
from app.db import Database
from app.schema import is_current, missing_column, upgrade
from app.settings import Settings, SpoiltKey

KINDS = ("sqlite", "postgresql+psycopg")


def open_database(settings: Settings, *, make: bool = False) -> Database:
    """The database of the installation, at the schema that this program needs.

    Args:
        settings: the installation's settings.
        make: bring an old or empty schema up to date instead of refusing it.

    Raises:
        BadInput: there is no such database, it does not answer, the schema is another one,
            or a key of the installation is spoilt.
    """
    database = reach_database(settings, make=make)
    with database_answers():
        if make and not is_current(database):
            upgrade(database)
        fault = _fault_of(database)
    if fault:
        database.dispose()
        raise BadInput(fault)
    return database


def check_schema(settings: Settings) -> None:
    """Pass when the schema is the one that is needed, or the database is away just now.

    Raises:
        BadInput: there is no such database, its schema is another one, or a key is spoilt.
    """
    database = reach_database(settings)
    try:
        fault = _fault_of(database)
    except OperationalError:
        return
    finally:
        database.dispose()
    if fault:
        raise BadInput(fault)


def _fault_of(database: Database) -> str:
    if not is_current(database):
        return "схема базы устарела: выполните ./sverka db upgrade"
    if lacking := missing_column(database):
        return (
            f"база другой сборки программы: в ней нет {lacking}. До первого выпуска базы разных"
            " сборок не переходят одна в другую: запустите прежнюю сборку или начните"
            " с пустой папки"
        )
    return ""


def reach_database(settings: Settings, *, make: bool = False) -> Database:
    """The database of the installation, at whatever schema.

    Raises:
        BadInput: there is no such database, or a key of the installation is spoilt.
    """
    _check_keys(settings)
    _check_address(settings.database, make=make)
    return Database(settings.database)


@contextmanager
def database_answers() -> Iterator[None]:
    """What the database refuses becomes the command's one sentence and exit 2."""
    try:
        yield
    except DatabaseError as error:
        raise BadInput(f"База данных: {str(error.orig).strip()}") from error


def _check_keys(settings: Settings) -> None:
    try:
        settings.check_keys()
    except SpoiltKey as error:
        raise BadInput(str(error)) from error


def _check_address(address: str, *, make: bool) -> None:
    url = _parsed(address)
    if url is None or url.drivername not in KINDS:
        raise BadInput("Адрес базы начинается с sqlite:/// или с postgresql+psycopg://")
    is_file = url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}
    if is_file and not make and not Path(str(url.database)).exists():
        raise BadInput(f"{url.database}: базы здесь нет. Проверьте SVERKA_DATA_DIR")


def _parsed(address: str) -> URL | None:
    try:
        return make_url(address)
    except ArgumentError:
        return None
