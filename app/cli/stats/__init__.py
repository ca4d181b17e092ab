"""`sverka stats`: figures of fairness from other people's tables, CSV in and JSON out."""

from __future__ import annotations

from app.cli.lazy import LazyGroup

COMMANDS = {
    "agreement": "app.cli.stats.agreement:agreement",
    "alike": "app.cli.stats.alike:alike",
    "control": "app.cli.stats.control:control",
    "level": "app.cli.stats.level:level",
    "recheck": "app.cli.stats.recheck:recheck",
    "schools": "app.cli.stats.schools:schools",
    "severity": "app.cli.stats.severity:severity",
    "simulate": "app.cli.stats.simulate:simulate",
}

stats = LazyGroup(
    name="stats",
    targets=COMMANDS,
    help="Figures of fairness: CSV in, JSON out (docs/statistics.md).",
)
