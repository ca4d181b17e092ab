"""Rechecks as those see them who lodge, run, read, decide and confirm them."""

from app.queries.rechecks.case import (
    CasePicture,
    CaseView,
    get_case,
    get_case_crop,
    get_case_image,
)
from app.queries.rechecks.choices import FilterChoices, list_filter_choices
from app.queries.rechecks.desk import (
    OwnReading,
    ReadingView,
    find_unexplained,
    get_reading,
    list_own_readings,
)
from app.queries.rechecks.elsewhere import SameError, find_same_error
from app.queries.rechecks.files import StoredAct, get_act, get_handover_act
from app.queries.rechecks.filters import CaseFilter, Place, Shown, place_of
from app.queries.rechecks.forecast import Forecast, forecast_opening, forecast_same_error
from app.queries.rechecks.handover import HandoverView, RecountView, get_handover
from app.queries.rechecks.load import LoadView, list_loads
from app.queries.rechecks.members import (
    Candidate,
    MemberView,
    list_candidates,
    list_expert_choices,
    list_members,
)
from app.queries.rechecks.procedures import ProcedureView, get_procedure, list_procedures
from app.queries.rechecks.register import (
    PAGE_SIZE,
    CaseLine,
    CasePage,
    list_cases,
    list_handover_cases,
    page_of_cases,
)
from app.queries.rechecks.statistics import Statistics, show_statistics
from app.queries.rechecks.told import Told, list_untold
from app.queries.rechecks.unusual import Selection, find_unusual
from app.queries.rechecks.works import Picked, list_class_choices, pick_works

__all__ = [
    "PAGE_SIZE",
    "Candidate",
    "CaseFilter",
    "CaseLine",
    "CasePage",
    "CasePicture",
    "CaseView",
    "FilterChoices",
    "Forecast",
    "HandoverView",
    "LoadView",
    "MemberView",
    "OwnReading",
    "Picked",
    "Place",
    "ProcedureView",
    "ReadingView",
    "RecountView",
    "SameError",
    "Selection",
    "Shown",
    "Statistics",
    "StoredAct",
    "Told",
    "find_same_error",
    "find_unexplained",
    "find_unusual",
    "forecast_opening",
    "forecast_same_error",
    "get_act",
    "get_case",
    "get_case_crop",
    "get_case_image",
    "get_handover",
    "get_handover_act",
    "get_procedure",
    "get_reading",
    "list_candidates",
    "list_cases",
    "list_class_choices",
    "list_expert_choices",
    "list_filter_choices",
    "list_handover_cases",
    "list_loads",
    "list_members",
    "list_own_readings",
    "list_procedures",
    "list_untold",
    "page_of_cases",
    "pick_works",
    "place_of",
    "show_statistics",
]
