"""What each kind of job does: a table of functions."""

from __future__ import annotations

from collections.abc import Callable

from app.jobs.scans import draw_images, read_bundle
from app.jobs.task import Task
from app.services.identification import IMAGES_JOB
from app.services.intake import BUNDLE_JOB

HANDLERS: dict[str, Callable[[Task], None]] = {
    BUNDLE_JOB: read_bundle,
    IMAGES_JOB: draw_images,
}
