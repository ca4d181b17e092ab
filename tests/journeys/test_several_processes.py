"""A machine with several web processes behind one address tells Prometheus what all have done."""

from __future__ import annotations

import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.bench_processes import processes_of
from app.cli.site import WEB
from app.settings import KEYS
from tests.journeys.conftest import free_port
from tests.journeys.served import Command

TOKEN, PROCESSES, ASKED = "t0ken", 3, 40
COUNTED = re.compile(r'sverka_requests_total\{endpoint="home\.health".*?\} ([0-9.]+)')


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Command]]:
    port = free_port()
    settings = {
        "SVERKA_DATA_DIR": str(tmp_path / "var"),
        "SVERKA_PORT": str(port),
        "SVERKA_JOB_PROCESSES": "0",
        "SVERKA_WEB_PROCESSES": str(PROCESSES),
        "SVERKA_METRICS_TOKEN": TOKEN,
    }
    command = Command("serve", settings=settings, log=tmp_path / "log")
    try:
        command.wait_until_up(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", command
    finally:
        command.end()


def ask(url: str) -> str:
    """A visit on a connection of its own, which any of the processes may take."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def counted(base: str) -> float:
    return sum(map(float, COUNTED.findall(ask(f"{base}/metrics"))))


def test_whichever_process_is_asked_tells_the_requests_of_all_even_of_a_dead_one(
    address: tuple[str, Command], tmp_path: Path
) -> None:
    base, command = address
    before = counted(base)
    for _ in range(ASKED):
        ask(f"{base}/healthz")
    assert {counted(base) for _ in range(4 * PROCESSES)} == {before + ASKED}
    [killed, *_] = processes_of(command.group, WEB)
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + 20
    while len(living := processes_of(command.group, WEB)) < PROCESSES or killed in living:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert {counted(base) for _ in range(4 * PROCESSES)} == {before + ASKED}
    told = ask(f"{base}/metrics")
    assert 'sverka_jobs{state="waiting"} 0.0' in told
    assert {name for name in KEYS if (tmp_path / "var" / name).is_file()} == set(KEYS)
    assert re.search(r"sverka_data_free_bytes [1-9]", told)
