"""What the documents tell an operator to type exists: commands, options, settings, metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import main
from app.queries.jobs import JobMeasure
from app.settings import Settings
from app.web import counted

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "docs/operations.md", "docs/trail.md", "docs/security.md")
OF_THE_LAUNCHER = {"VENV", "TEST_WORKERS", "COVERAGE", "CRAWL"}  # and of the tests
OF_PROMETHEUS = re.compile(r"_(total|bucket|sum|count)$")


def told(pattern: str) -> set[tuple[str, str]]:
    """What matches in each document."""
    return {
        (name, match)
        for name in DOCUMENTS
        for match in re.findall(pattern, (ROOT / name).read_text(encoding="utf-8"))
    }


def test_every_setting_that_is_told_is_one() -> None:
    known = {name.upper() for name in Settings.model_fields} | OF_THE_LAUNCHER
    assert {
        one for one in told(r"\bSVERKA_([A-Z][A-Z0-9_]*[A-Z0-9])") if one[1] not in known
    } == set()


def test_every_setting_is_told_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"SVERKA_{name.upper()}`" not in readme] == []


def test_every_metric_that_is_told_is_counted() -> None:
    counted.REQUESTS.labels("x", "GET", "200").inc()
    counted.SECONDS.labels("x").observe(1)
    measured = JobMeasure(by_state={}, oldest_waiting_seconds=0)
    shown = counted.told(measured, free_bytes=1, total_bytes=2).decode()
    known = set(re.findall(r"^# TYPE (\S+)", shown, re.MULTILINE))
    known |= {OF_PROMETHEUS.sub("", name) for name in known}
    wanted = {
        one[1] for one in told(r"\b(sverka_[a-z_]+)\b(?!\.)") if one[0].endswith("operations.md")
    }
    assert {name for name in wanted if OF_PROMETHEUS.sub("", name) not in known} == set()
    assert wanted


def commands() -> Iterator[tuple[str, ...]]:
    """The words behind `./sverka` wherever it is told."""
    for _, line in sorted(told(r"\./sverka ([a-z][^\n`#|;&()]*)")):
        yield tuple(line.split())


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_that_is_told_is_one_and_knows_its_options(words: tuple[str, ...]) -> None:
    if words[0] == "test":
        return
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, word
        command = found
    known = {name for param in command.params for name in param.opts} | {"--help"}
    if command.name != "verify" or words[0] != "trail":
        assert {word.split("=")[0] for word in words if word.startswith("--")} <= known
