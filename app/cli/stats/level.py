"""`sverka stats level`: groups by a random intercept (A8), for anybody's table."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from app.cli.refusals import BadInput, read_input
from app.cli.stats.report import CSV_FILE, columns_of, print_json
from app.cli.stats.results_table import numbered
from app.exchange.stats_csv import key_field, number_field
from app.exchange.tables import csv_rows
from scoring import ScoringError
from scoring.fairness.intercept import fit_intercept

_FIXED = ("group", "value")


@click.command(help="Разбросы и уровни групп VALUES.csv (group, value; прочие столбцы объясняют).")
@click.argument("values_csv", metavar="VALUES.csv", type=CSV_FILE)
@click.option("--restricted", is_flag=True, help="Ограниченное правдоподобие (REML).")
def level(values_csv: Path, *, restricted: bool) -> None:
    """Variances and levels of the groups in VALUES.csv (group, value; other columns explain)."""
    header = next(csv_rows(read_input(values_csv)), (1, ()))[1]
    names = [cell.casefold() for cell in header if cell.casefold() not in _FIXED]
    columns = columns_of(
        values_csv, (key_field("group"), number_field("value"), *map(number_field, names))
    ).values
    group, groups = numbered([str(each) for each in columns["group"]])
    values = np.array(columns["value"], dtype=np.float64)
    rows = np.column_stack([np.ones(len(values)), *(columns[each] for each in names)])
    try:
        fit = fit_intercept(values, rows.astype(np.float64), group, restricted=restricted)
    except ScoringError as error:
        raise BadInput(f"{values_csv.name}: {error}") from error
    sizes = np.bincount(group)
    gap = np.bincount(group, weights=values - rows @ fit.beta) / sizes
    shrunk = gap * fit.between / (fit.between + fit.within / sizes)
    print_json(
        {
            "format": "sverka-level/1",
            "between": fit.between,
            "within": fit.within,
            "log_likelihood": fit.log_likelihood,
            "coefficients": dict(zip(["constant", *names], fit.beta.tolist(), strict=True)),
            "groups": [
                {
                    "group": name,
                    "n": int(sizes[at]),
                    "gap": float(gap[at]),
                    "shrunk": float(shrunk[at]),
                }
                for at, name in enumerate(groups)
            ],
        }
    )
