"""Rechecks as those see them who lodge, run, read, decide and confirm them."""

from app.queries.rechecks.case import CaseView, get_case, get_case_image
from app.queries.rechecks.desk import (
    OwnReading,
    ReadingView,
    find_unexplained,
    get_reading,
    list_own_readings,
)
from app.queries.rechecks.elsewhere import SameError, find_same_error
from app.queries.rechecks.files import get_act, get_handover_act
from app.queries.rechecks.handover import HandoverView, get_handover
from app.queries.rechecks.members import (
    Candidate,
    MemberView,
    list_candidates,
    list_expert_choices,
    list_members,
)
from app.queries.rechecks.procedures import ProcedureView, get_procedure, list_procedures
from app.queries.rechecks.register import CaseLine, list_cases, list_handover_cases
from app.queries.rechecks.told import Told, list_untold
from app.queries.rechecks.works import Picked, list_class_choices, pick_works

__all__ = [
    "Candidate",
    "CaseLine",
    "CaseView",
    "HandoverView",
    "MemberView",
    "OwnReading",
    "Picked",
    "ProcedureView",
    "ReadingView",
    "SameError",
    "Told",
    "find_same_error",
    "find_unexplained",
    "get_act",
    "get_case",
    "get_case_image",
    "get_handover",
    "get_handover_act",
    "get_procedure",
    "get_reading",
    "list_candidates",
    "list_cases",
    "list_class_choices",
    "list_expert_choices",
    "list_handover_cases",
    "list_members",
    "list_own_readings",
    "list_procedures",
    "list_untold",
    "pick_works",
]
