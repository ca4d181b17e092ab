"""`sverka stats`: figures of fairness from other people's tables, CSV in and JSON out."""

from __future__ import annotations

from app.cli.lazy import LazyGroup, Target

COMMANDS = {
    "agreement": Target(
        "app.cli.stats.agreement:agreement",
        "Agreement on every task of RATINGS.csv (script, rater, task, points[, max]).",
    ),
    "alike": Target(
        "app.cli.stats.alike:alike",
        "Classes of ANSWERS.csv (script, class, points; every other column is an answer).",
    ),
    "control": Target(
        "app.cli.stats.control:control",
        "Charts from CONTROLS.csv (expert, kind, points, reference[, place, other]), in its order.",
    ),
    "level": Target(
        "app.cli.stats.level:level",
        "Variances and levels of the groups in VALUES.csv (group, value; other columns explain).",
    ),
    "recheck": Target(
        "app.cli.stats.recheck:recheck",
        "The works of RESULTS.csv whose mark would most probably change, highest first.",
    ),
    "schools": Target(
        "app.cli.stats.schools:schools",
        "Schools of RESULTS.csv (script, school, points, mark, journal_mark, recheck_points, …).",
    ),
    "severity": Target(
        "app.cli.stats.severity:severity",
        "Severity of every rater in RATINGS.csv (script, rater, task, points[, max]).",
    ),
    "simulate": Target(
        "app.cli.stats.simulate:simulate",
        "Write results.csv, readings.csv, ratings.csv, controls.csv, answers.csv, truth.json.",
    ),
}

stats = LazyGroup(
    name="stats",
    targets=COMMANDS,
    help="Figures of fairness: CSV in, JSON out (docs/statistics.md).",
)
