"""Processes under supervision, forked from one that has imported already: back at once.

The supervisor has one thread, no connection and no session of a model: what it forks is clean.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from uuid import UUID

import structlog

from app.cli.roll import Roll
from app.jobs.processes import name_process, parent_is_gone
from app.models.base import random_id
from app.settings import Settings

# One that died young is not made again before this: a part that cannot live burns no processor.
RESTART_SECONDS = 1.0
# So often the supervisor looks whether it was told to end; a death wakes it at once.
WATCH_SECONDS = 1.0
# A job in work gets this long to end; what it does not finish is taken up by the next start.
STOP_SECONDS = 20.0
# Where a process cannot be forked it is spawned, and imports anew.
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
SUPERVISOR = "sverka"
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """The life of one process at its post.

    Attributes:
        holder: under this name it holds jobs.
        dead: those who held the post before it and died there, or were of a group that is gone.
        parent: the supervisor's process.
    """

    holder: UUID
    dead: tuple[UUID, ...]
    parent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a process is for.

    Attributes:
        name: as the system shows it.
        work: what it does until it is told to stop.
        is_vital: an installation that cannot even start it says so and ends.
    """

    name: str
    work: Callable[[Settings, Shift], None]
    is_vital: bool = False


@dataclass(kw_only=True)
class _Post:
    part: Part
    process: BaseProcess | None = None
    dead: deque[UUID] = field(default_factory=lambda: deque(maxlen=20))
    _holder: UUID = field(default_factory=random_id)
    _started: float = float("-inf")
    _starts: int = 0

    def fill(self, settings: Settings, roll: Roll) -> None:
        """Start a process unless one lives, or one has died too young just now."""
        if self.process is not None or time.monotonic() - self._started < RESTART_SECONDS:
            return
        self._holder, self._started = random_id(), time.monotonic()
        dead = (*roll.dead, *self.dead)
        shift = Shift(holder=self._holder, dead=dead, parent=os.getpid())
        roll.enter(self._holder)
        context = multiprocessing.get_context(METHOD)
        self.process = context.Process(target=_begin, args=(self.part, settings, shift))  # type: ignore[attr-defined]  # every method has it
        self.process.start()
        self._starts += 1

    def mourn(self) -> bool:
        """Let go of a process that has died; whether the installation cannot live without it."""
        if self.process is None or self.process.is_alive():
            return False
        code = self.process.exitcode or 0
        log.warning("process_ended", name=self.part.name, exit_code=code)
        self.dead.append(self._holder)
        self.process.close()
        self.process = None
        return self.part.is_vital and self._starts == 1 and code > 0


class Pool:
    """The parts of an installation on this machine, each in a process that is kept alive."""

    def __init__(self, settings: Settings, parts: Sequence[Part]) -> None:
        self._settings = settings
        self._posts = [_Post(part=part) for part in parts]

    def run(self, *, until: Callable[[], bool]) -> bool:
        """Start them and watch until told to stop; False when a vital one could not start."""
        name_process(SUPERVISOR)
        gc.freeze()  # what is imported stays shared between the processes
        failed, roll = False, Roll(self._settings.data_dir)
        while not until() and not failed:
            for post in self._posts:
                post.fill(self._settings, roll)
            living = [post.process.sentinel for post in self._posts if post.process is not None]
            wait(living, timeout=WATCH_SECONDS)
            failed = any(post.mourn() for post in self._posts)
        self._stop()
        return not failed

    def _stop(self) -> None:
        living = [post.process for post in self._posts if post.process is not None]
        for process in living:
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in living:
            process.join(max(end - time.monotonic(), 0))
            process.kill()


def _begin(part: Part, settings: Settings, shift: Shift) -> None:
    name_process(part.name)
    part.work(settings, shift)


class Ending:
    """Whether the process was told to end: by a signal, or by the death of its supervisor."""

    def __init__(self, *, is_left: Callable[[], bool] = lambda: False) -> None:
        self._told = False
        self._is_left = is_left
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._tell)

    def __call__(self) -> bool:
        """Whether it is time to end."""
        return self._told or self._is_left()

    def _tell(self, _signal: int, _frame: FrameType | None) -> None:
        self._told = True


def told_to_end(shift: Shift) -> Ending:
    """When a process of the pool has to end."""
    return Ending(is_left=partial(parent_is_gone, shift.parent))
