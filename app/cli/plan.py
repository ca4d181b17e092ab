"""`sverka plan` and `sverka check-plan`: assignment from file to file, with no server."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from app.cli.refusals import why
from app.errors import Refusal
from app.exchange.assign_formats import PlanFile, read_plan, read_problem, write_plan, write_rows
from assignment import (
    AssignmentError,
    Infeasible,
    Outcome,
    Partial,
    Plan,
    Problem,
    Sentence,
    Violation,
    metrics,
    proved_shortage,
    solve,
    verify,
)

_INCOMPLETE = 1
_BAD_INPUT = 2

_file = click.Path(path_type=Path, dir_okay=False)


@click.command(
    help="Решить, кто что проверяет: ЗАДАЧА (vpr-assign/1) -> распределение (vpr-plan/1)."
)
@click.argument("instance", metavar="ЗАДАЧА", type=_file)
@click.option(
    "-o", "--output", type=_file, required=True, help="Куда записать: .json или .csv (строками)."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Начало жребия."
)
def plan(instance: Path, output: Path, seed: int) -> None:
    """Decide who scores what: INSTANCE (vpr-assign/1) -> PLAN (vpr-plan/1)."""
    problem = read_problem_file(instance)
    try:
        outcome = solve(problem, seed=seed)
    except AssignmentError as refusal:
        _refuse(instance, refusal)
    found = _plan_of(outcome)
    if output.suffix.lower() == ".csv":
        text = write_rows(found) if found else b"code,expert\n"
    else:
        text = write_plan(outcome, metrics(problem, found) if found else None)
    _store(output, text)
    for sentence in _shortages(outcome):
        click.echo(str(sentence), err=True)
    sys.exit(0 if isinstance(outcome, Plan) else _INCOMPLETE)


@click.command(
    help="Проверить РАСПРЕДЕЛЕНИЕ (vpr-plan/1) по ЗАДАЧЕ: нарушения и показатели в JSON."
)
@click.argument("instance", metavar="ЗАДАЧА", type=_file)
@click.argument("plan_file", metavar="РАСПРЕДЕЛЕНИЕ", type=_file)
def check_plan(instance: Path, plan_file: Path) -> None:
    """Check a PLAN (vpr-plan/1) against its INSTANCE: prints violations and metrics as JSON."""
    problem = read_problem_file(instance)
    try:
        given = read_plan(_bytes(plan_file))
    except Refusal as refusal:
        _refuse(plan_file, refusal)
    measured = metrics(problem, given.plan)
    broken = [*verify(problem, given.plan), *_claims(problem, given, measured.deficiency)]
    report = {
        "violations": [_told(row) for row in broken],
        "metrics": dataclasses.asdict(measured),
    }
    click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    sys.exit(_INCOMPLETE if broken else 0)


def read_problem_file(path: Path) -> Problem:
    """The problem in a file; a refusal ends the program with 2 and says why."""
    try:
        return read_problem(_bytes(path))
    except Refusal as refusal:
        _refuse(path, refusal)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Refusal("Файл не прочесть: %(why)s", why=why(fault)) from fault


def _refuse(path: Path, refusal: ValueError) -> NoReturn:
    click.echo(f"{path}: {refusal}", err=True)
    sys.exit(_BAD_INPUT)


def _store(path: Path, text: bytes) -> None:
    try:
        path.write_bytes(text)
    except OSError as fault:
        _refuse(path, Refusal("Файл не записать: %(why)s", why=why(fault)))


def _plan_of(outcome: Outcome) -> Plan | None:
    match outcome:
        case Plan():
            return outcome
        case Partial(plan=plan):
            return plan
        case Infeasible():
            return None


def _shortages(outcome: Outcome) -> list[Sentence]:
    match outcome:
        case Plan():
            return []
        case Partial(shortages=shortages) | Infeasible(shortages=shortages):
            return [text for row in shortages for text in (row.sentence, row.repair)]


def _claims(problem: Problem, given: PlanFile, deficiency: int) -> list[Violation]:
    """What the file says of itself, and is not so."""
    broken = []
    if given.status == "ok" and deficiency:
        text = "План назван полным, а не хватает мест: %(missing)s"
        broken.append(_claim("status", text, missing=deficiency))
    if given.certificate is not None:
        proved = proved_shortage(problem, given.certificate)
        if proved != deficiency and given.status == "partial":
            text = "Доказана нехватка %(proved)s, а в плане не хватает %(missing)s"
            broken.append(_claim("certificate", text, proved=proved, missing=deficiency))
    return broken


def _claim(kind: str, text: str, **params: object) -> Violation:
    return Violation(kind=kind, sentence=Sentence(text=text, params=params))


def _told(row: Violation) -> dict[str, object]:
    return {
        "kind": row.kind,
        "code": row.code,
        "expert": row.expert,
        "message": str(row.sentence),
    }
