"""`sverka stats simulate`: a made-up municipality as CSV files, with what was planted in JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import numpy as np

from app.cli.refusals import BadInput, why, write_output
from scoring import ScoringError
from scoring.fairness.simulated_experts import (
    CONTROL,
    DRIFT_AT,
    LIVE,
    QUALIFICATION,
    SECOND,
    Readings,
    draw_readings,
)
from scoring.fairness.simulated_pupils import (
    BOUNDARIES,
    MAXIMA,
    SHORT,
    Pupils,
    Recipe,
    draw_pupils,
)

_LIVE_KINDS = {QUALIFICATION: "qualification", CONTROL: "control", LIVE: "double", SECOND: "double"}
_SIZE_LIMIT = 2_000


@click.command(
    help="Записать results.csv, readings.csv, ratings.csv, controls.csv, answers.csv, truth.json."
)
@click.argument("folder", metavar="ПАПКА", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=click.IntRange(min=0), required=True)
@click.option("--schools", type=click.IntRange(1, _SIZE_LIMIT), default=30, show_default=True)
@click.option("--experts", type=click.IntRange(1, _SIZE_LIMIT), default=12, show_default=True)
@click.option(
    "--inflating", type=click.FloatRange(0, 1), default=1 / 6, help="Доля школ, завышающих баллы."
)
@click.option("--lifting", type=click.FloatRange(0, 1), default=0.75, show_default=True)
@click.option("--drift", type=click.Choice(["sudden", "slow", "none"]), default="sudden")
@click.option("--clean", is_flag=True, help="Ничего не подсаживать.")
def simulate(
    folder: Path,
    seed: int,
    schools: int,
    experts: int,
    inflating: float,
    lifting: float,
    drift: str,
    clean: bool,  # noqa: FBT001 - click hands options over by name
) -> None:
    """Write results.csv, readings.csv, ratings.csv, controls.csv, answers.csv, truth.json."""
    try:
        recipe = Recipe(
            schools=schools,
            experts=experts,
            inflating=inflating,
            lifting=lifting,
            drift=drift,
            clean=clean,
        )
    except ScoringError as error:
        raise BadInput(str(error)) from error
    rng = np.random.default_rng(seed)
    pupils = draw_pupils(recipe, rng)
    readings = draw_readings(pupils, recipe, rng)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: папка не создаётся ({why(error)})") from error
    write_output(folder / "results.csv", _results(pupils))
    write_output(folder / "readings.csv", _readings(pupils, readings))
    write_output(folder / "ratings.csv", _ratings(readings))
    write_output(folder / "controls.csv", _controls(pupils, readings))
    write_output(folder / "answers.csv", _answers(pupils))
    truth = json.dumps(_truth(seed, pupils, readings), ensure_ascii=False, indent=1)
    write_output(folder / "truth.json", truth.encode())


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([header, *rows])
    return sheet.getvalue().encode()


def _results(pupils: Pupils) -> bytes:
    """The schools' own marking: input of `stats schools`."""
    total = pupils.school_points.sum(axis=1)
    mark = 2 + np.searchsorted(BOUNDARIES, total, side="right")
    header = ("script", "school", "class", "journal_mark", "points", "mark")
    columns = (pupils.school, pupils.klass, pupils.journal, total, mark)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return _table(header, ((f"{at:06}", f"s{row[0]}", *row[1:]) for at, row in enumerate(rows)))


def _readings(pupils: Pupils, readings: Readings) -> bytes:
    """The experts' marking with the doubles: input of `stats recheck`."""
    first, second = (
        {
            int(readings.work[row]): (
                f"e{readings.expert[row]}",
                int(readings.points[row].sum()),
            )
            for row in np.flatnonzero(readings.kind == kind)
        }
        for kind in (LIVE, SECOND)
    )
    header = ("script", "school", "class", "journal_mark", "expert", "points")
    rows = (
        (
            f"{work:06}",
            f"s{pupils.school[work]}",
            pupils.klass[work],
            pupils.journal[work],
            *first[work],
            *second.get(work, ("", "")),
        )
        for work in range(len(pupils.school))
    )
    return _table((*header, "second_expert", "second_points"), rows)


def _ratings(readings: Readings) -> bytes:
    """Every reading of every task: input of `stats agreement` and `stats severity`."""
    rows = (
        (f"{readings.work[row]:06}", f"e{readings.expert[row]}", task + 1, points, MAXIMA[task])
        for row in range(len(readings.work))
        if readings.kind[row] != QUALIFICATION
        for task, points in enumerate(readings.points[row].tolist())
    )
    return _table(("script", "rater", "task", "points", "max"), rows)


def _controls(pupils: Pupils, readings: Readings) -> bytes:
    """Controls and doubles, each in its reader's own queue: input of `stats control`."""
    header = ("expert", "kind", "place", "script", "points", "reference", "other")
    return _table(header, control_rows(pupils, readings))


def control_rows(
    pupils: Pupils, readings: Readings
) -> list[tuple[str, str, int, str, int, int, str]]:
    """Controls and doubles ordered by the place in the reader's queue."""
    given, worth = readings.points.sum(axis=1), pupils.points.sum(axis=1)
    read = {
        kind: {int(readings.work[row]): int(row) for row in np.flatnonzero(readings.kind == kind)}
        for kind in (LIVE, SECOND)
    }
    found = []
    for row in np.lexsort((readings.expert, readings.place)):
        kind, work = int(readings.kind[row]), int(readings.work[row])
        other = read[SECOND if kind == LIVE else LIVE].get(work)
        if kind not in _LIVE_KINDS or (kind in {LIVE, SECOND} and other is None):
            continue
        doubled = kind in {LIVE, SECOND} and other is not None
        found.append(
            (
                f"e{readings.expert[row]}",
                _LIVE_KINDS[kind],
                int(readings.place[row]),
                f"{work:06}",
                int(given[row]),
                int(given[other]) if doubled else int(worth[work]),
                f"e{readings.expert[other]}" if doubled else "",
            )
        )
    return found


def _answers(pupils: Pupils) -> bytes:
    """Written short answers: input of `stats alike`."""
    header = ("script", "class", "points", *(f"t{task + 1}" for task in SHORT))
    total = pupils.points.sum(axis=1)
    rows = (
        (f"{work:06}", f"c{pupils.klass[work]}", total[work], *pupils.answers[work].tolist())
        for work in range(len(total))
    )
    return _table(header, rows)


def _truth(seed: int, pupils: Pupils, readings: Readings) -> dict[str, object]:
    truth = readings.truth
    return {
        "seed": seed,
        "maxima": MAXIMA,
        "boundaries": BOUNDARIES,
        "inflating": {f"s{number}": kind for number, kind in pupils.kinds.items()},
        "copied_class": None if pupils.copied_class is None else f"c{pupils.copied_class}",
        "severity": {f"e{at}": points for at, points in enumerate(truth.severity.tolist())},
        "noise": {f"e{at}": points for at, points in enumerate(truth.noise.tolist())},
        "drifting": _name(truth.drifting),
        "drift_at": DRIFT_AT,
        "halo": _name(truth.halo),
        "central": _name(truth.central),
        "points": {f"{work:06}": row for work, row in enumerate(pupils.points.tolist())},
    }


def _name(expert: int | None) -> str | None:
    return None if expert is None else f"e{expert}"
