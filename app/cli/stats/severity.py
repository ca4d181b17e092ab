"""`sverka stats severity`: experts by the many-facet model (A2, A3) and their habits (A4, A5)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.stats.report import CSV_FILE, print_json, ratings_in
from scoring.fairness.halo import habits
from scoring.fairness.linked import Unlinked
from scoring.fairness.sentence import Few
from scoring.fairness.severity import Severities, severities

FORMAT = "sverka-severity/1"
_REFUSED = 1


@click.command(
    help="Строгость каждого, кто ставил баллы в RATINGS.csv (script, rater, task, points[, max])."
    "\n\n"
    "Кого не связывает ни одна общая работа, называются поимённо: код выхода 1."
)
@click.argument("ratings_csv", metavar="RATINGS.csv", type=CSV_FILE)
def severity(ratings_csv: Path) -> None:
    """Severity of every rater in RATINGS.csv (script, rater, task, points[, max]).

    Raters whom no common script links are refused by name: exit code 1.
    """
    ratings = ratings_in(ratings_csv)
    of_habit = habits(ratings)
    match severities(ratings):
        case Severities() as found:
            print_json({"format": FORMAT, "status": "ok", "found": found, "habits": of_habit})
        case Few() as lack:
            print_json({"format": FORMAT, "status": "few", "lack": lack, "habits": of_habit})
        case Unlinked() as apart:
            print_json(
                {"format": FORMAT, "status": "refused", "unlinked": apart, "habits": of_habit}
            )
            click.echo(str(apart.why), err=True)
            sys.exit(_REFUSED)
