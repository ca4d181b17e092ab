"""How much room the disk of the data folder has left, told to an administrator in time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from app.access import Actor, Permission
from app.queries.next_steps import Step, Urgency
from app.queries.next_steps.step import step

# Below the first share of the disk it is told, below the second it is late: an exam of a town fills
# more than that.
LITTLE, ALMOST_NONE = 0.10, 0.03
_GIGABYTE = 1e9


def room_steps(data_dir: Path, *, by: Actor) -> Iterator[Step]:
    """A step where the disk is nearly full: then uploads are refused and jobs rest."""
    if not by.holds(Permission.MANAGE_INSTALLATION):
        return
    disk = shutil.disk_usage(data_dir)
    share = disk.free / disk.total
    if share < LITTLE:
        yield step(
            "На диске данных осталось %(free)s ГБ из %(total)s. Освободите или добавьте место.",
            "jobs.index",
            urgency=Urgency.LATE if share < ALMOST_NONE else Urgency.SOON,
            free=round(disk.free / _GIGABYTE),
            total=round(disk.total / _GIGABYTE),
        )
