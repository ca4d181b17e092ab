"""The list of commands is shown at once, and says what each command says of itself."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from app.cli import main
from app.cli.lazy import LazyGroup
from app.cli.stats import stats

HEAVY = ("flask", "sqlalchemy", "numpy", "cv2", "app.web")


@pytest.mark.parametrize("group", [main, stats], ids=["sverka", "stats"])
def test_the_list_of_commands_says_what_each_command_says_of_itself(group: LazyGroup) -> None:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        first, *_ = (command.help or "").split("\n\n")
        assert group.targets[name].help == " ".join(first.split()), name


def test_the_list_of_commands_imports_none_of_them() -> None:
    program = (
        "import sys\nfrom app.cli import main\nmain(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert "whose-mark" in told
    assert told.splitlines()[-1] == "[]"
