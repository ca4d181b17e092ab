"""A person decides what the program left to him: whose a page is, and where its form lies."""

from app.services.identification.deciding import (
    ASIDE,
    Settled,
    assign_page,
    set_page_aside,
)
from app.services.identification.images import IMAGES_JOB
from app.services.identification.placing import Point, place_form
from app.services.identification.undoing import undo_last

__all__ = [
    "ASIDE",
    "IMAGES_JOB",
    "Point",
    "Settled",
    "assign_page",
    "place_form",
    "set_page_aside",
    "undo_last",
]
