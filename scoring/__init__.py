"""The public door: criteria, sheets, reconciling, results, rechecks, deadlines.

`scoring.selection` and `scoring.capacity` are doors of their own: they load scipy, which takes
longer than answering a date.
"""

from scoring.deadlines import (
    DayKind,
    DeadlineError,
    DecreeDays,
    Due,
    WorkCalendar,
    WorkWeek,
    due_after,
    listing_serves,
    working_days_left,
)
from scoring.errors import ScoringError
from scoring.recheck import (
    CriterionChange,
    Direction,
    RecheckOutcome,
    outcome_of,
)
from scoring.reconcile import (
    Agreed,
    AgreedBy,
    CriterionGap,
    Divergent,
    ReconcileRule,
    RuleError,
    reconcile,
)
from scoring.results import (
    ABSENT,
    Absence,
    FormError,
    FormRow,
    Result,
    ResultsForm,
    result_of,
)
from scoring.scheme import (
    Criterion,
    ExamScheme,
    MarkThresholds,
    SchemeError,
    criterion_of_header,
    normal_label,
)
from scoring.settle import NotThirdError, settle
from scoring.sheet import (
    BrokenDependency,
    BrokenDependencyError,
    IncompleteSheetError,
    NotAttempted,
    Points,
    PointsError,
    ScoreSheet,
    X,
    broken_dependencies,
    check_points,
    parse_points,
    worth,
)

__all__ = [
    "ABSENT",
    "Absence",
    "Agreed",
    "AgreedBy",
    "BrokenDependency",
    "BrokenDependencyError",
    "Criterion",
    "CriterionChange",
    "CriterionGap",
    "DayKind",
    "DeadlineError",
    "DecreeDays",
    "Direction",
    "Divergent",
    "Due",
    "ExamScheme",
    "FormError",
    "FormRow",
    "IncompleteSheetError",
    "MarkThresholds",
    "NotAttempted",
    "NotThirdError",
    "Points",
    "PointsError",
    "RecheckOutcome",
    "ReconcileRule",
    "Result",
    "ResultsForm",
    "RuleError",
    "SchemeError",
    "ScoreSheet",
    "ScoringError",
    "WorkCalendar",
    "WorkWeek",
    "X",
    "broken_dependencies",
    "check_points",
    "criterion_of_header",
    "due_after",
    "listing_serves",
    "normal_label",
    "outcome_of",
    "parse_points",
    "reconcile",
    "result_of",
    "settle",
    "working_days_left",
    "worth",
]
