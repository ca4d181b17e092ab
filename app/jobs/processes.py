"""Processes of an installation: what they are called, and whether one was left alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

OWN_NAME = Path("/proc/self/comm")


def parent_is_gone(parent_pid: int) -> bool:
    """Whether the supervisor that started this process has died."""
    return os.getppid() != parent_pid


def name_process(name: str) -> None:
    """Have `ps` and `top` show the name, where the system keeps one; 15 letters at most."""
    with suppress(OSError):
        OWN_NAME.write_text(name)
