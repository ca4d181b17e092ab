"""Scoring a work: points saved one by one as versions, the sheet handed in, readings compared."""

from app.services.marking.annotations import Annotation, StaleAnnotation, record_annotation
from app.services.marking.points import Saved, StalePoints, open_sheet, record_points
from app.services.marking.second import call_second, confirm_empty
from app.services.marking.submit import (
    Diverged,
    Settled,
    Submission,
    Waiting,
    reopen_sheet,
    submit_sheet,
)
from app.services.marking.third import call_third

__all__ = [
    "Annotation",
    "Diverged",
    "Saved",
    "Settled",
    "StaleAnnotation",
    "StalePoints",
    "Submission",
    "Waiting",
    "call_second",
    "call_third",
    "confirm_empty",
    "open_sheet",
    "record_annotation",
    "record_points",
    "reopen_sheet",
    "submit_sheet",
]
