"""The supervisor forks its processes, makes those that die again, and tells the heir who died."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli import pool
from app.cli.pool import RESTART_SECONDS, Ending, Part, Pool, Shift, told_to_end
from app.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
UNSTARTED = 3
PATIENCE_SECONDS = 30


def stay(settings: Settings, shift: Shift) -> None:
    """Says who it is, and lives until it is told to end."""
    ending = told_to_end(shift)
    told = " ".join(str(one) for one in (os.getpid(), shift.holder, *shift.dead))
    with (settings.data_dir / "shifts").open("a") as shifts:
        shifts.write(f"{told}\n")
    while not ending():
        time.sleep(0.02)


def fail(_settings: Settings, _shift: Shift) -> None:
    raise SystemExit(UNSTARTED)


@contextmanager
def supervised(settings: Settings, *parts: Part) -> Iterator[int]:
    """A supervisor in a process of its own: its number."""
    settings.data_dir.mkdir(exist_ok=True)
    made = os.fork()
    if made == 0:
        os._exit(not Pool(settings, parts).run(until=Ending()))
    try:
        yield made
    finally:
        os.kill(made, signal.SIGKILL)
        os.waitpid(made, 0)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def shifts(settings: Settings, many: int) -> list[list[str]]:
    place = settings.data_dir / "shifts"
    place.touch()
    wait_for(lambda: len(place.read_text().splitlines()) >= many)
    return [line.split() for line in place.read_text().splitlines()]


def test_a_killed_process_is_back_at_once_and_its_heir_knows_who_died(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A supervisor that no death wakes would sleep for longer than the test waits.
    monkeypatch.setattr(pool, "WATCH_SECONDS", 2 * PATIENCE_SECONDS)
    with supervised(settings, Part(name="sverka-test", work=stay)):
        for turn in (1, 2):
            killed = int(shifts(settings, turn)[-1][0])
            time.sleep(1.2 * RESTART_SECONDS)
            os.kill(killed, signal.SIGKILL)
            shifts(settings, turn + 1)
    (_, first), (_, second, *of_second), (_, _, *of_third) = shifts(settings, 3)
    assert (of_second, of_third) == ([first], [first, second])


def test_a_vital_part_that_cannot_start_ends_the_rest(settings: Settings) -> None:
    vital = Part(name="sverka-vital", work=fail, is_vital=True)
    with supervised(settings, Part(name="sverka-test", work=stay), vital) as supervisor:
        ended = os.waitid(os.P_PID, supervisor, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert ended.si_status == 1


def test_processes_end_with_their_supervisor(settings: Settings) -> None:
    with supervised(settings, Part(name="sverka-test", work=stay)):
        [[process, _]] = shifts(settings, 1)
    wait_for(lambda: not Path(f"/proc/{process}").exists())
