"""`sverka stats`: figures of fairness from other people's tables, CSV in and JSON out."""

from __future__ import annotations

from app.cli.lazy import LazyGroup

COMMANDS = {
    "agreement": "app.cli.stats.agreement:agreement",
    "severity": "app.cli.stats.severity:severity",
}

stats = LazyGroup(
    name="stats",
    targets=COMMANDS,
    help="Figures of fairness: CSV in, JSON out (docs/statistics.md).",
)
