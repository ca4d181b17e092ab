"""Control works for the chair, and for the expert himself; for nobody else."""

from app.queries.controls.candidates import (
    Candidate,
    CandidateLine,
    get_candidate,
    get_candidate_page,
    list_candidates,
)
from app.queries.controls.chair import ControlsView, ExpertLine, WorkRow, get_controls
from app.queries.controls.expert import ExpertView, get_expert
from app.queries.controls.own import (
    OwnControls,
    find_word,
    get_word,
    list_own,
    list_unqualified,
)
from app.queries.controls.told import Told, ToldCriterion

__all__ = [
    "Candidate",
    "CandidateLine",
    "ControlsView",
    "ExpertLine",
    "ExpertView",
    "OwnControls",
    "Told",
    "ToldCriterion",
    "WorkRow",
    "find_word",
    "get_candidate",
    "get_candidate_page",
    "get_controls",
    "get_expert",
    "get_word",
    "list_candidates",
    "list_own",
    "list_unqualified",
]
