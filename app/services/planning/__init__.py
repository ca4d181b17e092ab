"""Who scores what: schemes compared, a draft published, a school's spread, changes afterwards."""

from app.services.planning.comparing import (
    COMPARE_JOB,
    answer,
    compare_schemes,
    prepare,
    request_comparison,
    store_answers,
)
from app.services.planning.drafts import discard_draft
from app.services.planning.moving import move_rows
from app.services.planning.overlapping import lay_overlap
from app.services.planning.publishing import publish_plan
from app.services.planning.replanning import replan, spread_in_school
from app.services.planning.solving import PlanRefused

__all__ = [
    "COMPARE_JOB",
    "PlanRefused",
    "answer",
    "compare_schemes",
    "discard_draft",
    "lay_overlap",
    "move_rows",
    "prepare",
    "publish_plan",
    "replan",
    "request_comparison",
    "spread_in_school",
    "store_answers",
]
