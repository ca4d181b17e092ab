"""`sverka stats severity`: severity and scatter of experts (A2, A3) by the many-facet model."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.stats.report import CSV_FILE, print_json, ratings_in
from scoring.fairness.linked import Unlinked
from scoring.fairness.sentence import Few
from scoring.fairness.severity import Severities, severities

FORMAT = "sverka-severity/1"
_REFUSED = 1


@click.command()
@click.argument("ratings_csv", metavar="RATINGS.csv", type=CSV_FILE)
def severity(ratings_csv: Path) -> None:
    """Severity of every rater in RATINGS.csv (script, rater, task, points[, max]).

    Raters whom no common script links are refused by name: exit code 1.
    """
    match severities(ratings_in(ratings_csv)):
        case Severities() as found:
            print_json({"format": FORMAT, "status": "ok", "found": found})
        case Few() as lack:
            print_json({"format": FORMAT, "status": "few", "lack": lack})
        case Unlinked() as apart:
            print_json({"format": FORMAT, "status": "refused", "unlinked": apart})
            click.echo(str(apart.why), err=True)
            sys.exit(_REFUSED)
