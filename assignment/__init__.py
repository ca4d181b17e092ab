"""The public door of the assignment library: who scores what, proved, explained and repaired.

problem = Problem(rules=Rules(scheme=Scheme.MUNICIPAL, k=2), exams=..., ...)
match solve(problem, seed=1):
    case Plan() as plan: ...
    case Partial(plan=plan, shortages=shortages): ...
    case Infeasible(shortages=shortages): ...
"""

from assignment.change import resolve
from assignment.digest import digest
from assignment.errors import AssignmentError
from assignment.explain import explain
from assignment.forecast import Forecast, forecast
from assignment.metrics import metrics
from assignment.pick import pick_expert
from assignment.plan import (
    SOLVER,
    Certificate,
    Change,
    Explanation,
    Infeasible,
    Metrics,
    Move,
    Nobody,
    Outcome,
    Partial,
    Picked,
    Plan,
    Refs,
    Route,
    Routing,
    Sentence,
    Shortage,
    Violation,
)
from assignment.problem import (
    Assignment,
    Class,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    LeapRule,
    OwnClass,
    Problem,
    Qualification,
    Reciprocity,
    RoutingMode,
    Rules,
    Scheme,
    School,
    Script,
)
from assignment.routing import received, route_schools
from assignment.solve import solve
from assignment.verify import proved_shortage, verify

__all__ = [
    "SOLVER",
    "Assignment",
    "AssignmentError",
    "Certificate",
    "Change",
    "Class",
    "Conflict",
    "ConflictLevel",
    "Exam",
    "Expert",
    "Explanation",
    "Forecast",
    "Infeasible",
    "LeapRule",
    "Metrics",
    "Move",
    "Nobody",
    "Outcome",
    "OwnClass",
    "Partial",
    "Picked",
    "Plan",
    "Problem",
    "Qualification",
    "Reciprocity",
    "Refs",
    "Route",
    "Routing",
    "RoutingMode",
    "Rules",
    "Scheme",
    "School",
    "Script",
    "Sentence",
    "Shortage",
    "Violation",
    "digest",
    "explain",
    "forecast",
    "metrics",
    "pick_expert",
    "proved_shortage",
    "received",
    "resolve",
    "route_schools",
    "solve",
    "verify",
]
