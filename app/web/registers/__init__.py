"""Registers: schools, classes, experts, conflicts, codes."""

from __future__ import annotations

from app.web.registers import (
    classes,
    codes,
    conflicts,
    experts,
    files,
    listed,
    overview,
    printing,
    schools,
)
from app.web.registers.door import blueprint

__all__ = [
    "blueprint",
    "classes",
    "codes",
    "conflicts",
    "experts",
    "files",
    "listed",
    "overview",
    "printing",
    "schools",
]
