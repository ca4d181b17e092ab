"""A group of commands that imports a command's module when the command is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from app.cli.refusals import BadInput
from app.cli.speech import speak_russian
from app.errors import BadSetting

OPTIONS, SUBCOMMAND = "[КЛЮЧИ]", "КОМАНДА [СЛОВА]…"
KINDS = {
    "directory": "ПАПКА",
    "file": "ФАЙЛ",
    "float range": "ЧИСЛО",
    "integer": "ЧИСЛО",
    "integer range": "ЧИСЛО",
    "path": "ФАЙЛ",
    "text": "ТЕКСТ",
    "uuid": "НОМЕР",
}
"""What click calls the kinds of values -> the word in its place."""


class Target(NamedTuple):
    """Where a command is, as `module:attribute`, and the first sentence of its help."""

    place: str
    help: str


class LazyGroup(click.Group):
    """A group over a table; its own help imports none of the commands."""

    def __init__(self, *args: Any, targets: Mapping[str, Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets
        name_places(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands, in alphabetical order."""
        del ctx
        return sorted(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name, or None."""
        del ctx
        target = self.targets.get(cmd_name)
        if target is None:
            return None
        module_name, attribute = target.place.split(":")
        command = getattr(importlib.import_module(module_name), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(target.place)
        name_places(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands."""
        rows = [(name, self.targets[name].help) for name in self.list_commands(ctx)]
        with formatter.section("Команды"):
            formatter.write_dl(rows)


class Program(LazyGroup):
    """The outermost group: what the library itself says is said in Russian."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Do what was asked for."""
        speak_russian()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """The same, with a setting that cannot be told in a sentence."""
        try:
            return super().invoke(ctx)
        except BadSetting as error:
            raise BadInput(str(error)) from error


def name_places(command: click.Command) -> None:
    """Have the help name places of values in Russian, those of subcommands too."""
    command.options_metavar = OPTIONS
    for param in command.params:
        if param.metavar is None and isinstance(param, click.Option) and not param.is_flag:
            param.metavar = KINDS.get(param.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = SUBCOMMAND
        for inner in command.commands.values():
            name_places(inner)
