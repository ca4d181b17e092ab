"""`sverka stats`: figures of fairness from other people's tables, CSV in and JSON out."""

from __future__ import annotations

from app.cli.lazy import LazyGroup, Target

COMMANDS = {
    "agreement": Target(
        "app.cli.stats.agreement:agreement",
        "Согласие по каждому заданию RATINGS.csv (script, rater, task, points[, max]).",
    ),
    "alike": Target(
        "app.cli.stats.alike:alike",
        "Классы ANSWERS.csv (script, class, points; прочие столбцы — ответы).",
    ),
    "control": Target(
        "app.cli.stats.control:control",
        "Карты по CONTROLS.csv (expert, kind, points, reference[, place, other]), по порядку.",
    ),
    "level": Target(
        "app.cli.stats.level:level",
        "Разбросы и уровни групп VALUES.csv (group, value; прочие столбцы объясняют).",
    ),
    "recheck": Target(
        "app.cli.stats.recheck:recheck",
        "Работы RESULTS.csv, отметка которых изменится всего вероятнее; первыми вероятнейшие.",
    ),
    "schools": Target(
        "app.cli.stats.schools:schools",
        "Школы RESULTS.csv (script, school, points, mark, journal_mark, recheck_points, …).",
    ),
    "severity": Target(
        "app.cli.stats.severity:severity",
        "Строгость каждого, кто ставил баллы в RATINGS.csv (script, rater, task, points[, max]).",
    ),
    "simulate": Target(
        "app.cli.stats.simulate:simulate",
        "Записать results.csv, readings.csv, ratings.csv, controls.csv, answers.csv, truth.json.",
    ),
}

stats = LazyGroup(
    name="stats",
    targets=COMMANDS,
    help="Показатели объективности: из CSV в JSON (docs/statistics.md).",
)
