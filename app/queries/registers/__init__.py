"""Registers as pages and files show them; only what the actor manages."""

from __future__ import annotations

from app.queries.registers.codes import (
    ClassCodes,
    CodeView,
    ExamChoice,
    FormChoice,
    list_campaigns,
    list_class_codes,
    list_codes,
    show_class_codes,
)
from app.queries.registers.conflicts import (
    ConflictView,
    OwnConflictView,
    RecusalPlace,
    list_conflicts,
    list_own_conflicts,
    list_recusal_places,
)
from app.queries.registers.experts import ExpertView, list_experts, show_expert
from app.queries.registers.listed import ListingView, list_listings
from app.queries.registers.places import (
    ClassView,
    MunicipalityChoice,
    SchoolView,
    Summary,
    list_classes,
    list_municipalities,
    list_schools,
    show_class,
    show_school,
    summarise,
)

__all__ = [
    "ClassCodes",
    "ClassView",
    "CodeView",
    "ConflictView",
    "ExamChoice",
    "ExpertView",
    "FormChoice",
    "ListingView",
    "MunicipalityChoice",
    "OwnConflictView",
    "RecusalPlace",
    "SchoolView",
    "Summary",
    "list_campaigns",
    "list_class_codes",
    "list_classes",
    "list_codes",
    "list_conflicts",
    "list_experts",
    "list_listings",
    "list_municipalities",
    "list_own_conflicts",
    "list_recusal_places",
    "list_schools",
    "show_class",
    "show_class_codes",
    "show_expert",
    "show_school",
    "summarise",
]
