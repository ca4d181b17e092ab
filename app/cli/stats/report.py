"""What the commands of `sverka stats` share: a CSV read or refused, a value printed as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.refusals import BadInput, read_input
from app.exchange.problems import ExchangeError, FileProblemsError
from app.exchange.ratings_csv import read_ratings
from app.exchange.stats_csv import Columns, Field, read_columns
from scoring.fairness.ratings import Ratings
from scoring.fairness.sentence import Sentence

Read = TypeVar("Read")
CSV_FILE = click.Path(path_type=Path, dir_okay=False)


def columns_of(path: Path, fields: Sequence[Field]) -> Columns:
    """The columns of the file that the person named.

    Raises:
        BadInput: The file is not there or no such table, or cells are wrong: a line for each,
            with its row and what was expected. Exit code 2.
    """
    return _read(path, partial(read_columns, fields=fields))


def ratings_in(path: Path) -> Ratings:
    """The readings in the file that the person named; refused like `columns_of`."""
    return _read(path, read_ratings)


def _read(path: Path, reader: Callable[[bytes], Read]) -> Read:
    data = read_input(path)
    try:
        return reader(data)
    except FileProblemsError as error:
        raise BadInput("\n".join(f"{path.name}: {one}" for one in error.problems)) from error
    except ExchangeError as error:
        raise BadInput(f"{path.name}: {error}") from error


def print_json(value: object) -> None:
    """Print a value of the library; sentences become text, and what is no number becomes null."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False))


def plain(value: object) -> Any:
    """The value as JSON knows it."""
    match value:
        case Sentence():
            return str(value)
        case Enum():
            return value.value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
            }
        case _:
            return value
