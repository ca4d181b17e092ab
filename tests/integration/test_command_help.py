"""The list of commands is shown at once, and says what each command says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from app.cli import main
from app.cli.lazy import LazyGroup
from app.cli.stats import stats
from app.db import Database

ENGLISH = ("Usage:", "Options:", "Commands:", "Show this", "[OPTIONS]", "[required]", "[default")
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


def commands(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of every command and group."""
    yield words
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, *words, name)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_every_command_tells_in_russian_what_it_does(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(main, [*words, "--help"], prog_name="sverka")
    assert told.exit_code == 0
    assert [word for word in ENGLISH if word in told.output] == []
    prose = [line for line in told.output.splitlines()[1:] if line.strip()]
    assert re.search("[а-яё]{3}", prose[0]), told.output


WRONG = {
    "nosuch": "Команды 'nosuch' нет.",
    "backup": "Не хватает слова 'ПАПКА'.",
    "backup --nope x": "Ключа '--nope' нет.",
    "serve --port abc": "Неверное значение '--port': 'abc' — не число.",
    "serve --port 99999": "99999 вне пределов 1<=x<=65535.",
    "verify extra": "Лишние слова: extra",
    "due 2026-04-21 --week 7": "'7': ожидалось одно из '5', '6'.",
    "move --files x": "Не хватает ключа '--database'.",
    "db downgrade 9999": "9999: ревизии с таким именем нет",
    "sbom -o /nowhere/x": "/nowhere/x: файл не записать (нет такого файла или папки)",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_words_are_told_in_russian_and_end_with_2(line: str, database: Database) -> None:
    place = {"SVERKA_DATABASE_URL": str(database.engine.url)}
    told = CliRunner(env=place).invoke(main, line.split(), prog_name="sverka")
    assert told.exit_code == 2
    assert WRONG[line] in told.output


SETTINGS = {
    "PORT=abc": "SVERKA_PORT=abc: нужно целое число",
    "PORT=0": "SVERKA_PORT=0: нужно не меньше 1",
    "SECURE_COOKIES=maybe": "SVERKA_SECURE_COOKIES=maybe: нужно true или false",
    "TIMEZONE=Moscow": "SVERKA_TIMEZONE=Moscow: такого пояса нет; нужно, например, Europe/Moscow",
    "DONE_DAYS=3": "SVERKA_DONE_DAYS=3: нужно не меньше 31",
    "MAIL_TRANSPORT=x": "SVERKA_MAIL_TRANSPORT=x: нужно одно из: 'file', 'console', 'smtp'",
    "FILES_URL=ftp://x": "SVERKA_FILES_URL: нужно s3://бакет/начало, или папка",
    "BROKER_URL=x://:secret@y": "SVERKA_BROKER_URL: нужно redis://…, rediss://…, amqp://…",
}


@pytest.mark.parametrize("given", SETTINGS)
def test_a_setting_that_cannot_be_is_named_with_what_it_should_be(given: str) -> None:
    name, _, value = given.partition("=")
    told = CliRunner(env={f"SVERKA_{name}": value}).invoke(main, ["verify"], prog_name="sverka")
    assert (told.exit_code, SETTINGS[given] in told.output) == (2, True), told.output
    assert "secret" not in told.output
