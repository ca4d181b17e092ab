"""What each kind of job does: a table of functions."""

from __future__ import annotations

from collections.abc import Callable

from app.bridge.bundles import BUNDLE_JOB
from app.bridge.rereading import REREAD_JOB
from app.jobs.board import count_board
from app.jobs.destruction import destroy_files
from app.jobs.letters import send_digests, send_letter
from app.jobs.periodic import sign_checkpoints
from app.jobs.planning import compare_schemes
from app.jobs.rereading import reread_pages
from app.jobs.scans import draw_images, read_bundle
from app.jobs.task import Task
from app.jobs.tidying import tidy
from app.notices import DIGEST_JOB, LETTER_JOB
from app.services.board import COUNT_JOB
from app.services.checkpoints import CHECKPOINTS_JOB
from app.services.identification import IMAGES_JOB
from app.services.planning import COMPARE_JOB
from app.services.retention import DESTRUCTION_JOB
from app.services.tidying import TIDY_JOB

HANDLERS: dict[str, Callable[[Task], None]] = {
    BUNDLE_JOB: read_bundle,
    COUNT_JOB: count_board,
    COMPARE_JOB: compare_schemes,
    CHECKPOINTS_JOB: sign_checkpoints,
    DESTRUCTION_JOB: destroy_files,
    DIGEST_JOB: send_digests,
    IMAGES_JOB: draw_images,
    LETTER_JOB: send_letter,
    REREAD_JOB: reread_pages,
    TIDY_JOB: tidy,
}
