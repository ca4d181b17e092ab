"""Whatever a file makes of the child that decodes it, the child reaches nothing outside itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanning import ChildReader

from .scenes import encoded, printed_form

HERE = Path(__file__).parents[3]
CONFINED = """
import errno, os, resource, signal, socket
from scanning.confinement import confine, load_decoders

def reached(deed):
    try:
        exec(deed)
    except OSError as error:
        return error.errno != errno.EPERM
    return True

load_decoders()
confine()
print(*(name for name, deed in {outside!r}.items() if reached(deed)), sep=", ")
"""
OUTSIDE = {
    "a socket": "socket.socket()",
    "a socket of the machine": "socket.socket(socket.AF_UNIX)",
    "a file": "open('/etc/passwd')",
    "a new file": "os.open('new', os.O_CREAT | os.O_WRONLY)",
    "a folder": "os.listdir('/')",
    "what its parent was told": "open(f'/proc/{os.getppid()}/environ')",
    "a process of its own": "os.fork()",
    "a program": "os.execv('/bin/true', ['true'])",
    "a file's name": "os.rename('one', 'other')",
    "a file's end": "os.unlink('one')",
    "its parent's life": "os.kill(os.getppid(), signal.SIGTERM)",
    "its parent's limits": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (9, 9))",
    "another's memory": "os.pidfd_open(os.getppid())",
}
NO_FILTERS = """
import errno
import pyseccomp
from scanning import ChildReader
from scanning.confinement import NotConfinedError

without = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
without.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "seccomp")
without.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl")
without.load()
try:
    list(ChildReader().read(b"%PDF-", name="scan"))
except NotConfinedError:
    print("nothing is decoded")
"""


def test_the_child_reaches_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "one").touch()
    reached = subprocess.run(
        [sys.executable, "-c", CONFINED.format(outside=OUTSIDE)],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert reached.stdout == b"\n"


def test_every_thread_of_the_child_is_confined_and_knows_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SVERKA_S3_SECRET", "not for strangers")
    with ChildReader() as reader:
        assert len(list(reader.read(encoded(printed_form()), name="scan"))) == 1
        child = Path(f"/proc/{reader.process_id}")
        threads = [status.read_text() for status in child.glob("task/*/status")]
        surroundings = (child / "environ").read_text()
    assert threads
    assert all("Seccomp:\t2\n" in status for status in threads)
    assert "not for strangers" not in surroundings


def test_where_the_child_cannot_be_confined_nothing_is_decoded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_FILTERS], capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b"nothing is decoded\n"
