"""The `sverka` command: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

COMMANDS = {
    "backup": "app.cli.keeping:backup",
    "bench": "app.cli.bench:bench",
    "check-plan": "app.cli.plan:check_plan",
    "db": "app.cli.database:db",
    "demo": "app.cli.demo:demo",
    "due": "app.cli.due:due",
    "form": "app.cli.form:form",
    "identify": "app.cli.identify:identify",
    "move": "app.cli.keeping:move_installation",
    "plan": "app.cli.plan:plan",
    "restore": "app.cli.keeping:restore",
    "sbom": "app.cli.sbom:sbom",
    "serve": "app.cli.serve:serve",
    "stats": "app.cli.stats:stats",
    "sweeper": "app.cli.sweeper:sweeper",
    "trail": "app.cli.trail:trail",
    "user": "app.cli.user:user",
    "verify": "app.cli.keeping:verify_installation",
    "whose-mark": "app.cli.mark:whose_mark",
    "worker": "app.cli.worker:worker",
}


@click.group(
    cls=LazyGroup, targets=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
def main() -> None:
    """Sverka (Сверка): checking of nationwide school checks, from scans to the form of results."""
