"""Rechecks: hand-overs, the register, the chair's desk, the members' desk, the procedure."""

from app.web.rechecks import (
    cases,
    decisions,
    desk,
    files,
    handovers,
    members,
    opening,
    procedure,
    register,
    told,
    unusual,
)
from app.web.rechecks.blueprint import blueprint

__all__ = [
    "blueprint",
    "cases",
    "decisions",
    "desk",
    "files",
    "handovers",
    "members",
    "opening",
    "procedure",
    "register",
    "told",
    "unusual",
]
