"""The `sverka` command: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup, Target

COMMANDS = {
    "backup": Target(
        "app.cli.keeping:backup",
        "Write a backup to a new folder inside FOLDER; the installation goes on working.",
    ),
    "bench": Target(
        "app.cli.bench:bench",
        "Measure one benchmark, or all; every figure stands beside what it must be.",
    ),
    "check-plan": Target(
        "app.cli.plan:check_plan",
        "Check a PLAN (vpr-plan/1) against its INSTANCE: prints violations and metrics as JSON.",
    ),
    "db": Target(
        "app.cli.database:db",
        "The schema of the database.",
    ),
    "demo": Target(
        "app.cli.demo:demo",
        "A made-up municipality: scans, codes, plans, points, forms, a recheck.",
    ),
    "due": Target(
        "app.cli.due:due",
        "The last day of a term that starts the day after receipt (срок перепроверки).",
    ),
    "form": Target(
        "app.cli.form:form",
        "The federal form of results (форма сбора результатов).",
    ),
    "identify": Target(
        "app.cli.identify:identify",
        "Tie every page of the scans to a participant code (vpr-roster/1 -> vpr-pages/1).",
    ),
    "move": Target(
        "app.cli.keeping:move_installation",
        "Copy this installation, stopped, to another database and store; every row is compared.",
    ),
    "plan": Target(
        "app.cli.plan:plan",
        "Decide who scores what: INSTANCE (vpr-assign/1) -> PLAN (vpr-plan/1).",
    ),
    "restore": Target(
        "app.cli.keeping:restore",
        "Put the backup in FOLDER (one with manifest.json) into this empty installation.",
    ),
    "sbom": Target(
        "app.cli.sbom:sbom",
        "Write the inventory of parts (CycloneDX 1.6) of this release.",
    ),
    "serve": Target(
        "app.cli.serve:serve",
        "Serve the web application and do its background work.",
    ),
    "stats": Target(
        "app.cli.stats:stats",
        "Figures of fairness: CSV in, JSON out (docs/statistics.md).",
    ),
    "sweeper": Target(
        "app.cli.sweeper:sweeper",
        "Send again the ids of jobs that nobody holds; beside the workers where there is a broker.",
    ),
    "trail": Target(
        "app.cli.trail:trail",
        "The trail: exports with seals, and their verifier.",
    ),
    "user": Target(
        "app.cli.user:user",
        "Accounts from the console.",
    ),
    "verify": Target(
        "app.cli.keeping:verify_installation",
        "Prove that the database, the files, the pages and the trail are whole; exit 1 if not.",
    ),
    "whose-mark": Target(
        "app.cli.mark:whose_mark",
        "Print who was shown the picture that carries MARK.",
    ),
    "worker": Target(
        "app.cli.worker:worker",
        "Do background work until stopped.",
    ),
}


@click.group(
    cls=LazyGroup, targets=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
def main() -> None:
    """Sverka (Сверка): checking of nationwide school checks, from scans to the form of results."""
