"""Registers: schools, classes, experts, conflicts of interest, participants' codes."""

from __future__ import annotations

from app.services.registers.changes import Change, Saved
from app.services.registers.classes import ClassEntry, remove_class, save_class
from app.services.registers.codes import CodeEntry, issue_codes, remove_code, save_code
from app.services.registers.conflicts import (
    ConflictEntry,
    recuse,
    save_conflict,
    withdraw_conflict,
)
from app.services.registers.declared import remove_line, restore_line
from app.services.registers.expert_entry import ExpertEntry
from app.services.registers.experts import (
    remove_expert,
    return_expert,
    save_expert,
    withdraw_expert,
)
from app.services.registers.files import Target, take_in_records
from app.services.registers.intake import RowReport, RowState, take_in
from app.services.registers.listed import ListingEntry, save_listing, withdraw_listing
from app.services.registers.lists import verify_list
from app.services.registers.schools import SchoolEntry, remove_school, save_school

__all__ = [
    "Change",
    "ClassEntry",
    "CodeEntry",
    "ConflictEntry",
    "ExpertEntry",
    "ListingEntry",
    "RowReport",
    "RowState",
    "Saved",
    "SchoolEntry",
    "Target",
    "issue_codes",
    "recuse",
    "remove_class",
    "remove_code",
    "remove_expert",
    "remove_line",
    "remove_school",
    "restore_line",
    "return_expert",
    "save_class",
    "save_code",
    "save_conflict",
    "save_expert",
    "save_listing",
    "save_school",
    "take_in",
    "take_in_records",
    "verify_list",
    "withdraw_conflict",
    "withdraw_expert",
    "withdraw_listing",
]
