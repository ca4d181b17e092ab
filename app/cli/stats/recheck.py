"""`sverka stats recheck`: which works to read again within a budget (A10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from app.cli.refusals import BadInput
from app.cli.stats.controls_table import read_controls
from app.cli.stats.report import CSV_FILE, print_json
from app.cli.stats.results_table import (
    ExamTable,
    boundaries_option,
    most_option,
    numbered,
    read_results,
)
from scoring import ScoringError
from scoring.fairness.control import Control, Kind
from scoring.fairness.offsets import Comparisons, Offsets, estimate_offsets, residuals
from scoring.fairness.recheck_list import RecheckList, chances_of_change, recheck_list
from scoring.fairness.sentence import Few


@click.command(
    help="Работы RESULTS.csv, отметка которых изменится всего вероятнее; первыми вероятнейшие."
)
@click.argument("results_csv", metavar="RESULTS.csv", type=CSV_FILE)
@click.option(
    "--budget", type=click.IntRange(min=1), required=True, help="Сколько работ перечитать."
)
@click.option("--controls", type=CSV_FILE, help="CONTROLS.csv: уточняет поправки экспертов.")
@click.option(
    "--reading-sd", type=click.FloatRange(min=0.1), help="На сколько баллов ошибается одно чтение."
)
@boundaries_option
@most_option
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
def recheck(
    results_csv: Path,
    budget: int,
    controls: Path | None,
    reading_sd: float | None,
    boundaries: tuple[int, ...] | None,
    most: int | None,
    seed: int,
) -> None:
    """The works of RESULTS.csv whose mark would most probably change, highest first."""
    exams = read_results(results_csv, boundaries=boundaries, most=most)
    told = read_controls(controls) if controls else ()
    share = _shares(exams, budget)
    print_json(
        {
            "format": "sverka-recheck/1",
            "seed": seed,
            "budget": budget,
            "indicator": "собственный показатель",
            "exams": [
                _exam(one, part, told, reading_sd, seed)
                for one, part in zip(exams, share, strict=True)
            ],
        }
    )


def _shares(exams: tuple[ExamTable, ...], budget: int) -> list[int]:
    """The budget over exams as their works, whole works, nothing lost."""
    works = np.cumsum([0, *(len(one.rows) for one in exams)])
    return [int(each) for each in np.diff(np.rint(works * budget / works[-1]))]


def _exam(
    table: ExamTable, budget: int, controls: tuple[Control, ...], sd: float | None, seed: int
) -> dict[str, Any]:
    readers = [str(row.get("expert") or "") for row in table.rows]
    _, names = numbered([*readers, *filter(None, (row.get("second_expert") for row in table.rows))])
    expert = np.array([names.index(name) for name in readers], dtype=np.int64)
    comparisons = _comparisons(table, names, controls)
    offsets = estimate_offsets(
        comparisons,
        residuals(table.totals),
        expert,
        len(names),
        reading_variance=None if sd is None else sd**2,
    )
    head: dict[str, Any] = {"exam": table.exam, "budget": budget}
    if isinstance(offsets, Few):
        return head | {"enough": offsets.why, "works": []}
    if budget < 1:
        return head | {"enough": None, "works": []}
    chance = chances_of_change(table.totals, expert, offsets)
    disputed = np.array([bool(row.get("disputed")) for row in table.rows])
    try:
        found = recheck_list(
            table.totals, chance, expert=expert, disputed=disputed, budget=budget, seed=seed
        )
    except ScoringError as error:
        raise BadInput(str(error)) from error
    return head | _told(table, found, names, offsets)


def _comparisons(
    table: ExamTable, names: tuple[str, ...], controls: tuple[Control, ...]
) -> Comparisons:
    place = {name: at for at, name in enumerate(names)}
    found = [
        (place[row["expert"]], place[row["second_expert"]], _own(row) - row["second_points"])
        for row in table.rows
        if row.get("second_points") is not None
        and row.get("expert") in place
        and row.get("second_expert") in place
    ]
    found += [
        (place[each.expert], -1, each.points - each.reference)
        for each in controls
        if each.kind is not Kind.DOUBLE and each.expert in place
    ]
    columns: npt.NDArray[np.float64] = np.array(found, dtype=np.float64).reshape(-1, 3)
    return Comparisons(
        first=columns[:, 0].astype(np.int64),
        second=columns[:, 1].astype(np.int64),
        gap=columns[:, 2],
    )


def _own(row: dict[str, Any]) -> int:
    """What the first expert gave: `points`, unless these are what two readings agreed on."""
    own = row.get("expert_points")
    return int(row["points"] if own is None else own)


def _told(
    table: ExamTable, found: RecheckList, names: tuple[str, ...], offsets: Offsets
) -> dict[str, Any]:
    return {
        "enough": None,
        "reading_sd": offsets.reading_variance**0.5,
        "comparisons": offsets.pairs,
        "offsets": dict(zip(names, offsets.offset.tolist(), strict=True)),
        "expected_changes": found.expected,
        "expected_at_random": found.expected_at_random,
        "works": [
            {
                "script": table.rows[each.work]["script"],
                "school": table.rows[each.work]["school"],
                "chance": each.chance,
                "why": each.why,
            }
            for each in found.works
        ],
        "chances": {
            str(row["script"]): float(chance)
            for row, chance in zip(table.rows, found.chance, strict=True)
        },
    }
