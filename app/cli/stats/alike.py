"""`sverka stats alike`: classes whose written short answers agree too often (A11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from app.cli.refusals import BadInput, read_input
from app.cli.stats.report import CSV_FILE, columns_of, plain, print_json
from app.cli.stats.results_table import numbered
from app.exchange.stats_csv import key_field, whole_field
from app.exchange.tables import csv_rows
from scoring.fairness.alike import BLANK, Alike, find_alike
from scoring.fairness.school_sentences import told_alike
from scoring.fairness.sentence import Few

_FIXED = (key_field("script"), key_field("class"), whole_field("points", least=0))


@click.command(help="Классы ANSWERS.csv (script, class, points; прочие столбцы — ответы).")
@click.argument("answers_csv", metavar="ANSWERS.csv", type=CSV_FILE)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
def alike(answers_csv: Path, seed: int) -> None:
    """Classes of ANSWERS.csv (script, class, points; every other column is an answer)."""
    header = next(csv_rows(read_input(answers_csv)), (1, ()))[1]
    names = [cell for cell in header if cell.casefold() not in {one.name for one in _FIXED}]
    columns = columns_of(
        answers_csv, (*_FIXED, *(key_field(each.casefold(), required=False) for each in names))
    )
    if not columns.rows or not names:
        raise BadInput(f"{answers_csv.name}: строка 1: ожидались столбцы ответов и строки работ")
    klass, classes = numbered([str(each) for each in columns.values["class"]])
    answers = np.stack([_codes(columns.values[each.casefold()]) for each in names], axis=1)
    total = np.array(columns.values["points"], dtype=np.int64)
    found = find_alike(answers, total, klass, seed=seed)
    print_json(
        {
            "format": "sverka-alike/1",
            "seed": seed,
            "classes": [_class(classes[at], one) for at, one in found],
        }
    )


def _codes(answers: Any) -> Any:
    codes = numbered([str(each or "") for each in answers])[0]
    blank = np.array([not each for each in answers])
    return np.where(blank, BLANK, codes)


def _class(name: str, one: Alike | Few) -> dict[str, Any]:
    if isinstance(one, Few):
        return {"class": name, "enough": one.why, "stands_out": False}
    return {**plain(one), "klass": name, "enough": None, "told": str(told_alike(one))}
