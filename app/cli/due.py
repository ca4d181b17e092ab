"""`sverka due`: the last day of a term in working days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from app.cli.refusals import BadInput, read_input
from app.exchange.calendar_csv import read_overrides
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import DayKind, DecreeDays, ScoringError, WorkCalendar, WorkWeek, due_after

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@click.command(
    help="Последний день срока, который идёт со дня после получения (срок перепроверки)."
)
@click.argument("received_on", metavar="ГГГГ-ММ-ДД")
@click.option("--working-days", default=7, show_default=True, help="Длина срока в рабочих днях.")
@click.option(
    "--calendar",
    "overrides_csv",
    type=click.Path(path_type=Path),
    help="CSV: date, kind (working, day_off, decree), source; его отдаёт и страница календаря.",
)
@click.option(
    "--week",
    type=click.Choice(["5", "6"]),
    default="5",
    show_default=True,
    help="Дней в рабочей неделе.",
)
@click.option(
    "--decree-days",
    type=click.Choice([policy.value for policy in DecreeDays]),
    default=DecreeDays.RUN.value,
    show_default=True,
    help="Идёт ли срок (run) в нерабочие дни по указу Президента.",
)
@click.option(
    "--confirmed-year",
    "confirmed_years",
    type=click.IntRange(2015, 2100),
    multiple=True,
    help="Год, переносы которого файл приводит полностью; можно несколько раз.",
)
def due(
    received_on: str,
    working_days: int,
    overrides_csv: Path | None,
    week: str,
    decree_days: str,
    confirmed_years: tuple[int, ...],
) -> None:
    """The last day of a term that starts the day after receipt (срок перепроверки)."""
    calendar = WorkCalendar(
        overrides=_overrides(overrides_csv),
        week=WorkWeek(int(week)),
        decree_days=DecreeDays(decree_days),
        confirmed_years=frozenset(confirmed_years),
    )
    try:
        found = due_after(_day(received_on), working_days=working_days, calendar=calendar)
    except ScoringError as error:
        raise BadInput(str(error)) from error
    if not found.confirmed:
        click.echo(f"{found.on.year}: переносы выходных ещё не подтверждены", err=True)
    click.echo(found.on.isoformat())


def _day(text: str) -> date:
    if not _ISO_DAY.fullmatch(text):
        raise BadInput(f"«{text}»: ожидалась дата ГГГГ-ММ-ДД")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"«{text}»: такого дня нет, ожидалась дата ГГГГ-ММ-ДД") from error


def _overrides(path: Path | None) -> Mapping[date, DayKind]:
    if path is None:
        return {}
    try:
        return read_overrides(read_input(path))
    except FileProblemsError as error:
        raise BadInput("\n".join(f"{path}: {problem}" for problem in error.problems)) from error
    except ExchangeError as error:
        raise BadInput(f"{path}: {error}") from error
