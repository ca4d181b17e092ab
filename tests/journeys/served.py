"""Commands of the program in processes of their own, forked where the program is loaded already.

A fresh interpreter spends seconds on loading the program before the first page; here that is done
once for all journeys of a run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

from app.cli import main

ROOT = Path(__file__).parents[2]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["app.cli.serve", "app.jobs.handlers"])


class Command:
    """One running command of the program, `sverka …`, in a process group of its own."""

    def __init__(self, *words: str, settings: Mapping[str, str], log: Path) -> None:
        self._process = _forks.Process(target=_obey, args=(words, dict(settings), log))
        self._process.start()

    @property
    def has_ended(self) -> bool:
        return not self._process.is_alive()

    @property
    def group(self) -> int:
        """The number of its process group."""
        assert self._process.pid is not None
        return self._process.pid

    def end(self, number: int = signal.SIGTERM) -> None:
        """Tell the whole group to end, and wait for it."""
        os.killpg(self.group, number)
        self._process.join(timeout=20)
        assert self.has_ended, "the command goes on"

    def wait_until_up(self, url: str) -> None:
        for _ in range(600):
            assert not self.has_ended, "the server ended at once"
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not come up")


def _obey(words: tuple[str, ...], settings: dict[str, str], log: Path) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(settings)
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    main(list(words), prog_name="sverka")
