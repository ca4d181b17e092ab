"""Requests counted for Prometheus: by one process, or by all the web processes of a machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.queries.jobs import JobMeasure

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "sverka_requests", "Requests answered", ("endpoint", "method", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "sverka_request_seconds",
    "Time to answer",
    ("endpoint",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
    registry=REGISTRY,
)
# The library's own name for the folder in which processes keep what they have counted.
FOLDER_IN_ENVIRONMENT = "PROMETHEUS_MULTIPROC_DIR"
# In memory: a count that is written while the disk is full would end its process.
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder below it is looked at before it is used


class Place:
    """Which of the machine's web processes this is; who dies leaves his place to the next."""

    number = 0


def count_together(data_dir: Path) -> None:
    """Have this process and those it forks count in files that all of them read.

    To be called before the first request is counted. Whoever is asked then tells the sum of all
    places, whoever had them.

    Args:
        data_dir: the installation's: one on the same machine has files of its own.
    """
    folder = _folder_of(data_dir)
    for left in folder.glob("*.db"):
        left.unlink(missing_ok=True)
    os.environ[FOLDER_IN_ENVIRONMENT] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: Place.number)  # type: ignore[no-untyped-call]  # the library has no types here


def stop_counting(data_dir: Path) -> None:
    """Give the memory back, when the last process has ended."""
    shutil.rmtree(_folder_of(data_dir), ignore_errors=True)


def _folder_of(data_dir: Path) -> Path:
    """A folder that is this user's alone, in memory where the system has a place for it."""
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
    folder = MEMORY / f"sverka-{os.geteuid()}-{mark}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            return folder
    kept = data_dir / "counts"
    kept.mkdir(mode=0o700, exist_ok=True)
    return kept


def told(measured: JobMeasure, *, free_bytes: int, total_bytes: int) -> bytes:
    """What Prometheus reads: requests of this machine, jobs of the installation, the disk."""
    now = CollectorRegistry()
    now.register(_Now(measured, free_bytes=free_bytes, total_bytes=total_bytes))
    return generate_latest(_requests()) + generate_latest(now)


def _requests() -> CollectorRegistry:
    folder = os.environ.get(FOLDER_IN_ENVIRONMENT)
    if folder is None:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]  # nor here
    return together


class _Now(Collector):
    """What is looked up when it is asked for: the same whoever answers."""

    def __init__(self, measured: JobMeasure, *, free_bytes: int, total_bytes: int) -> None:
        self._measured = measured
        self._disk = {
            "sverka_data_free_bytes": ("Free on the disk of the data folder", free_bytes),
            "sverka_data_total_bytes": ("Size of the disk of the data folder", total_bytes),
        }

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("sverka_jobs", "Jobs by state", labels=["state"])
        for state, count in self._measured.by_state.items():
            jobs.add_metric([state.value], count)
        yield jobs
        waited = self._measured.oldest_waiting_seconds
        yield GaugeMetricFamily(
            "sverka_oldest_job_seconds", "Age of the oldest waiting job", value=waited
        )
        for name, (meaning, size) in self._disk.items():
            yield GaugeMetricFamily(name, meaning, value=size)
