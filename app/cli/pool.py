"""Processes under supervision: one that dies is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from app.logs import set_up_logs
from app.settings import Settings

RESTART_SECONDS = 1.0
# What the installation writes, scans and hashes of passwords among it, is for its user alone.
OWN_FILES_ONLY = 0o077


def workers_of(settings: Settings, processes: int) -> tuple[str, ...]:
    """The commands that do an installation's background work on this machine."""
    sweepers = ("sweeper",) if settings.broker_url and processes else ()
    return ("worker",) * processes + sweepers


class Pool:
    """A process a command; one that dies is started again."""

    def __init__(self, commands: Sequence[str]) -> None:
        self._commands = tuple(commands)
        self._ending = threading.Event()
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the processes and the thread that watches them."""
        self._children = [_start(command) for command in self._commands]
        threading.Thread(target=self._watch, daemon=True).start()

    def run(self, *, until: Callable[[], bool]) -> None:
        """Start them and watch until told to stop."""
        self.start()
        while not until():
            time.sleep(RESTART_SECONDS)
        self.stop()

    def stop(self) -> None:
        """End the processes; what they did not finish is taken up by the next ones."""
        self._ending.set()
        for child in self._children:
            child.terminate()

    def _watch(self) -> None:
        while not self._ending.wait(RESTART_SECONDS):
            self._children = [
                child if child.poll() is None else _start(command)
                for command, child in zip(self._commands, self._children, strict=True)
            ]


def _start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "app.cli", command])


def prepare() -> tuple[Settings, int, threading.Event]:
    """Logs, rights of new files, and an event that is set when the process is told to end."""
    set_up_logs()
    os.umask(OWN_FILES_ONLY)
    ending = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return Settings(), os.getppid(), ending
