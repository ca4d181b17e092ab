"""Why a job ended without its result, kept apart from the language it is said in."""

from __future__ import annotations

from app.models import Job
from assignment import Sentence


def reason_of(job: Job) -> Sentence | None:
    """The sentence that the job keeps; None where there is none."""
    return Sentence(text=job.message, params=job.message_params) if job.message else None
