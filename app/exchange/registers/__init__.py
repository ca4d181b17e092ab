"""The registers that people bring as files: one shape, one reader, one writer for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.exchange.registers.declared import (
    APPLICATIONS,
    EXPERT_NUMBERS,
    FACTS,
    KINDS,
    PLAN,
    QUESTIONNAIRES,
    ApplicationRecord,
    ExpertNumberRecord,
    FactsRecord,
    PlanRecord,
    QuestionnaireRecord,
    facts_cells,
)
from app.exchange.registers.people import (
    CATEGORIES,
    CODES,
    CONFLICTS,
    EXPERTS,
    LEVELS,
    CodeRecord,
    ConflictRecord,
    ExpertRecord,
    SubjectSince,
)
from app.exchange.registers.places import (
    CLASSES,
    LISTED,
    SCHOOLS,
    ClassRecord,
    ListingRecord,
    SchoolRecord,
)
from app.exchange.registers.shape import YES_NO, Register

__all__ = [
    "ALL_REGISTERS",
    "CATEGORIES",
    "CLASSES",
    "CODES",
    "CONFLICTS",
    "EXPERTS",
    "FACTS",
    "KINDS",
    "LEVELS",
    "LISTS",
    "REGISTERS",
    "SCHOOLS",
    "YES_NO",
    "ApplicationRecord",
    "ClassRecord",
    "CodeRecord",
    "ConflictRecord",
    "ExpertNumberRecord",
    "ExpertRecord",
    "FactsRecord",
    "ListingRecord",
    "PlanRecord",
    "QuestionnaireRecord",
    "Register",
    "SchoolRecord",
    "SubjectSince",
    "facts_cells",
]

REGISTERS: Mapping[str, Register[Any]] = {
    one.key: one for one in (SCHOOLS, CLASSES, EXPERTS, CONFLICTS, CODES, LISTED)
}
LISTS: Mapping[str, Register[Any]] = {
    one.key: one for one in (FACTS, APPLICATIONS, QUESTIONNAIRES, EXPERT_NUMBERS, PLAN)
}
"""Registers of one campaign; the order in which a year goes."""
ALL_REGISTERS: Mapping[str, Register[Any]] = {**REGISTERS, **LISTS}
