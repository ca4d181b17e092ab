"""The acts of the demo in their order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.db import Database
from app.demo import desk_act, planning_act, recheck_act, scanning_act, scoring_act, setting
from app.demo.stage import Stage
from app.demo.summary import Summary
from app.schema import upgrade
from app.settings import Settings
from app.storage import open_store

MARKER = "demo.marker"
ACTS: tuple[Callable[[Stage], None], ...] = (
    setting.make_people,
    setting.make_campaign,
    setting.make_registers,
    scanning_act.scan_everything,
    planning_act.plan_everything,
    scoring_act.score_everything,
    scoring_act.release_forms,
    recheck_act.recheck_some,
    desk_act.fill_the_desk,
)


def run_demo(
    settings: Settings, *, now: Callable[[], datetime], tell: Callable[[str, int, int], None]
) -> Summary:
    """Make the municipality anew and run it through the main job.

    Args:
        settings: an installation whose data folder belongs to the demo alone.
        now: the clock.
        tell: is told what is done, how far, of how much.

    Raises:
        FileExistsError: the data folder holds something that no demo made.
    """
    began = now()
    _empty(settings.data_dir)
    database = Database(settings.database)
    upgrade(database)
    stage = Stage(
        settings=settings,
        database=database,
        store=open_store(settings),
        now=now,
        tell=tell,
    )
    for act in ACTS:
        act(stage)
    database.dispose()
    stage.summary.seconds = (now() - began).total_seconds()
    return stage.summary


def _empty(folder: Path) -> None:
    """Throw away an earlier demo, and nothing else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise FileExistsError(f"{folder} holds something that no demo made")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
