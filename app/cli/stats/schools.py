"""`sverka stats schools`: which schools give a reason for a recheck (A7, A8, A9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.stats.report import CSV_FILE, plain, print_json
from app.cli.stats.results_table import (
    ExamTable,
    boundaries_option,
    most_option,
    read_results,
)
from scoring.fairness.recheck_evidence import choose_works
from scoring.fairness.school_sentences import told
from scoring.fairness.screening import VERSION, ExamResults, SchoolFinding, screen
from scoring.fairness.sentence import Few


@click.command(
    help="Школы RESULTS.csv (script, school, points, mark, journal_mark, recheck_points, …)."
)
@click.argument("results_csv", metavar="RESULTS.csv", type=CSV_FILE)
@boundaries_option
@most_option
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
def schools(
    results_csv: Path, boundaries: tuple[int, ...] | None, most: int | None, seed: int
) -> None:
    """Schools of RESULTS.csv (script, school, points, mark, journal_mark, recheck_points, …)."""
    exams = read_results(results_csv, boundaries=boundaries, most=most)
    found = screen(
        [ExamResults(totals=one.totals, rechecked=one.rechecked) for one in exams], seed=seed
    )
    print_json(
        {
            "format": "sverka-schools/1",
            "version": VERSION,
            "seed": seed,
            "indicator": "собственный показатель",
            "exams": [_exam(one, of_it, seed) for one, of_it in zip(exams, found, strict=True)],
        }
    )


def _exam(table: ExamTable, found: tuple[SchoolFinding, ...] | Few, seed: int) -> dict[str, Any]:
    few = found if isinstance(found, Few) else None
    return {
        "exam": table.exam,
        "boundaries": table.totals.boundaries,
        "enough": None if few is None else few.why,
        "schools": [] if isinstance(found, Few) else [_school(table, one, seed) for one in found],
    }


def _school(table: ExamTable, one: SchoolFinding, seed: int) -> dict[str, Any]:
    works = choose_works(table.totals, one.school, seed=seed)
    return {
        **plain(one),
        "school": table.schools[one.school],
        "told": [str(line) for line in told(one, len(table.totals.boundaries))],
        "to_recheck": [table.rows[work]["script"] for work in works],
    }
