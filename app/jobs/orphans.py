"""Whether a process was left alone by the one that started it."""

from __future__ import annotations

import os


def parent_is_gone(parent_pid: int) -> bool:
    """Whether the supervisor that started this process has died."""
    return os.getppid() != parent_pid
