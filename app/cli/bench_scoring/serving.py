"""A real server in processes of its own, that a benchmark may kill and start again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask

from app import clock
from app.cli.bench_processes import processes_of
from app.cli.bench_scoring.world import Seat, Size, fill
from app.cli.site import WEB
from app.db import Database
from app.schema import upgrade
from app.settings import Settings
from app.storage import FileStore
from app.web.browser import SignedCookie, cookie_settings

LONGEST_START_SECONDS = 120.0
ASK_AGAIN_SECONDS = 0.05


# Places in /proc/…/stat behind the name, which may hold spaces.
GROUP, USER_TICKS, SYSTEM_TICKS = 2, 11, 12


class Served:
    """`sverka serve` on one port: begun, killed, begun again."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in two minutes.
        """
        environment = os.environ | {
            "SVERKA_DATA_DIR": str(self.settings.data_dir),
            "SVERKA_DATABASE_URL": self.settings.database_url,
            "SVERKA_PORT": str(self._port),
            "SVERKA_WEB_PROCESSES": str(self.settings.web_processes),
            "SVERKA_JOB_PROCESSES": "0",
        }
        with (self.settings.data_dir / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_up(self._process)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def kill_workers(self) -> None:
        """End the processes that answer, and leave the one that watches over them."""
        if self._process is None:
            return
        for pid in processes_of(self._process.pid, WEB):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def processor_seconds(self) -> float:
        """What all its processes have worked so far: a busy machine does not change it much."""
        if self._process is None:
            return 0.0
        stats = (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
        own = (one for one in stats if one and int(one[GROUP]) == self._process.pid)
        ticks = sum(int(one[USER_TICKS]) + int(one[SYSTEM_TICKS]) for one in own)
        return ticks / os.sysconf("SC_CLK_TCK")

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        latest = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < latest:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended: see {self.settings.data_dir}/serve.log")
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=1) as probe:
                    probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                    if b" 200 " not in probe.recv(64):
                        raise ConnectionError("the server answers otherwise")
            except (ConnectionError, TimeoutError):
                time.sleep(ASK_AGAIN_SECONDS)
            else:
                return
        raise RuntimeError("the server did not answer in two minutes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A served municipality.

    Attributes:
        served: its server, running.
        database: its database, to look into.
        seats: its experts.
    """

    served: Served
    database: Database
    seats: tuple[Seat, ...]

    def cookie(self, session_id: UUID) -> tuple[str, str]:
        """Name and value of what a logged-in browser of that session sends."""
        settings = self.served.settings
        signer = Flask(__name__)
        signer.secret_key = settings.secret_key()
        serializer = SignedCookie().get_signing_serializer(signer)
        if serializer is None:
            raise RuntimeError("the installation has no key to sign with")
        seen = int(clock.now().timestamp())
        told = {"_user_id": str(session_id), "_fresh": True, "seen": seen}
        return cookie_settings(settings)["SESSION_COOKIE_NAME"], str(serializer.dumps(told))


@contextmanager
def site(size: Size, *, database_url: str = "") -> Iterator[Site]:
    """A municipality of that size, served until the block ends, and thrown away."""
    with tempfile.TemporaryDirectory(prefix="sverka-bench-") as folder:
        changes = {"data_dir": Path(folder), "database_url": database_url}
        settings = Settings().model_copy(
            update=changes | {"web_processes": 2 if database_url else 1}
        )
        database = Database(settings.database)
        upgrade(database)
        with database.transaction() as session:
            seats = fill(session, FileStore(settings.files_dir), size=size, at=clock.now())
        served = Served(settings)
        try:
            served.start()
            yield Site(served=served, database=database, seats=seats)
        finally:
            served.kill()
            database.dispose()


def _stat(path: Path) -> list[str]:
    """What the kernel tells of a process; nothing when it has just ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
