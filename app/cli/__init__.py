"""The `sverka` command: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "bench": "app.cli.bench:bench",
    "check-plan": "app.cli.plan:check_plan",
    "db": "app.cli.database:db",
    "demo": "app.cli.demo:demo",
    "due": "app.cli.due:due",
    "form": "app.cli.form:form",
    "identify": "app.cli.identify:identify",
    "plan": "app.cli.plan:plan",
    "serve": "app.cli.serve:serve",
    "trail": "app.cli.trail:trail",
    "user": "app.cli.user:user",
    "worker": "app.cli.serve:worker",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand's module when the subcommand is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands, in alphabetical order."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, or None."""
        del ctx
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module_name, attribute = target.split(":")
        command = getattr(importlib.import_module(module_name), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(target)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Sverka (Сверка): checking of nationwide school checks, from scans to the form of results."""
