"""Who is on duty: a file held by a living group of processes, so that the next knows of the dead.

The lock belongs to the open file, which every fork of the supervisor inherits: as long as one
process of the group lives, nobody else gets it. What is found unlocked was left by the dead.
"""

from __future__ import annotations

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from app.models.base import random_id

FOLDER = "duty"
# Of a group that has restarted its processes for years the last ones are enough.
MOST_NAMES = 400


class Roll:
    """The names under which one supervisor's processes hold jobs, for whoever comes after it.

    It only shortens a wait: without the file, on a full disk say, leases run out by themselves.

    Attributes:
        dead: names that groups before this one left, none of which lives.
    """

    def __init__(self, data_dir: Path) -> None:
        self.dead: tuple[UUID, ...] = ()
        self._file: int | None = None
        with suppress(OSError):
            folder = data_dir / FOLDER
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            left = [name for path in sorted(folder.iterdir()) for name in _left_in(path)]
            self.dead = tuple(left[-MOST_NAMES:])
            self._file = _held(folder / str(random_id()))
        self._names = deque(self.dead, maxlen=MOST_NAMES)

    def enter(self, holder: UUID) -> None:
        """Name one that is about to begin, beside those of before: we may die before their heir."""
        self._names.append(holder)
        if self._file is None:
            return
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, "".join(f"{name}\n" for name in self._names).encode(), 0)


def _held(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _left_in(path: Path) -> Iterator[UUID]:
    """The names in a file that no living process holds; the file goes with them."""
    with suppress(OSError), path.open("r+", encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        text = file.read()
        path.unlink(missing_ok=True)
        for line in text.splitlines(keepends=True):
            with suppress(ValueError):  # a death may have cut the last line
                yield UUID(line.strip())
