"""A whole installation in processes of its own, to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.client import HTTPException
from typing import Self
from urllib.error import URLError

from app.cli.bench_processes import processes_of
from app.settings import Settings

UP_SECONDS = 180.0
PASSED_ON = (
    "data_dir",
    "database_url",
    "files_url",
    "broker_url",
    "s3_endpoint",
    "s3_region",
    "s3_key",
    "s3_secret",
)


class Running:
    """`sverka serve` with two workers, on one set of settings."""

    def __init__(self, settings: Settings, *, workers: int = 2) -> None:
        self._settings = settings
        self._workers = workers
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the processes in a group of their own."""
        with (self._settings.data_dir / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_up(self) -> float:
        """Wait until the site answers; how many seconds it took.

        Raises:
            RuntimeError: it did not come up.
        """
        start = time.monotonic()
        while time.monotonic() - start < UP_SECONDS:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()  # noqa: S310 - our own
            except (URLError, HTTPException, ConnectionError, TimeoutError):
                time.sleep(0.2)
            else:
                return time.monotonic() - start
        raise RuntimeError("the installation did not come up")

    def kill_all(self) -> None:
        """Kill every process at once, as a power cut does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End as a person would, and make sure of it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill_rest()

    def kill_rest(self) -> None:
        """Kill what is left of the group."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def processes(self, name: str) -> list[int]:
        """Its processes that the system shows under that name."""
        return processes_of(self._process.pid, name) if self._process else []

    def _environment(self) -> dict[str, str]:
        given = {f"SVERKA_{name.upper()}": str(getattr(self._settings, name)) for name in PASSED_ON}
        return {
            **os.environ,
            **given,
            "SVERKA_PORT": str(self._port),
            "SVERKA_JOB_PROCESSES": str(self._workers),
        }

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_up()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
