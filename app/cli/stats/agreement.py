"""`sverka stats agreement`: how far raters agree (A6), and what one and two readers are worth."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.stats.report import CSV_FILE, plain, print_json, ratings_in
from scoring.fairness.agreement import RESAMPLES
from scoring.fairness.agreement import agreement as agreement_of
from scoring.fairness.generalizability import generalizability


@click.command(help="Согласие по каждому заданию RATINGS.csv (script, rater, task, points[, max]).")
@click.argument("ratings_csv", metavar="RATINGS.csv", type=CSV_FILE)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--resamples", type=click.IntRange(min=100), default=RESAMPLES, show_default=True)
def agreement(ratings_csv: Path, seed: int, resamples: int) -> None:
    """Agreement on every task of RATINGS.csv (script, rater, task, points[, max])."""
    ratings = ratings_in(ratings_csv)
    found = agreement_of(ratings, seed=seed, resamples=resamples)
    worth = generalizability(ratings)
    tasks = [
        {**plain(task), "generalizability": plain(readers)}
        for task, readers in zip(found, worth, strict=True)
    ]
    print_json({"format": "sverka-agreement/1", "seed": seed, "tasks": tasks})
