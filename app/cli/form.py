"""`sverka form read|write`: the federal form of results and vpr-results/1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.cli.refusals import BadInput, read_input, write_output
from app.exchange.federal_form import (
    FormTitle,
    fill_form,
    read_form,
    read_results,
    title_of_name,
    write_form,
    write_results,
)
from app.exchange.problems import ExchangeError, FileProblemsError
from scoring import ResultsForm

_FILE = click.Path(path_type=Path)


@click.group(help="Федеральная форма сбора результатов: прочитать или записать.")
def form() -> None:
    """The federal form of results (форма сбора результатов)."""


@form.command(help="Прочитать ФОРМУ.xlsx в vpr-results/1; ошибочные ячейки названы по адресам.")
@click.argument("form_xlsx", metavar="ФОРМА.xlsx", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="Куда записать результаты (JSON).")
def read(form_xlsx: Path, output: Path) -> None:
    """Read FORM.xlsx into vpr-results/1; wrong cells are listed by address."""
    data = read_input(form_xlsx)
    with _told(form_xlsx):
        results = read_form(data, title=title_of_name(form_xlsx.name))
    write_output(output, write_results(results).encode())


@form.command(help="Записать vpr-results/1 федеральной формой: новой или в копию данной.")
@click.argument("results_json", metavar="РЕЗУЛЬТАТЫ.json", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="Куда записать форму (XLSX).")
@click.option("--into", type=_FILE, help="Данная федеральная форма: заполнить её копию на месте.")
def write(results_json: Path, output: Path, into: Path | None) -> None:
    """Write vpr-results/1 as the federal form, new or into a copy of a given one."""
    data = read_input(results_json)
    with _told(results_json):
        results = read_results(data)
    if into is None:
        write_output(output, write_form(results))
        return
    given = read_input(into)
    with _told(into):
        _check_title(results, into)
        filled = fill_form(results, given)
    write_output(output, filled)


def _check_title(results: ResultsForm, given: Path) -> None:
    """Refuse a form of another exam; a renamed file tells nothing and is judged by its columns."""
    try:
        title = title_of_name(given.name)
    except ExchangeError:
        return
    ours = FormTitle(subject=results.subject, grade=results.grade, year=results.year)
    if title != ours:
        raise ExchangeError("Форма для другой работы: ожидалось «%(name)s»", name=ours.file_name)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Refusals become lines on the error stream, each with the file's name."""
    try:
        yield
    except FileProblemsError as error:
        raise BadInput("\n".join(f"{path.name}: {one}" for one in error.problems)) from error
    except ExchangeError as error:
        raise BadInput(f"{path.name}: {error}") from error
