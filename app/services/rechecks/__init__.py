"""The commission's work: procedure, members, hand-overs, readers, findings, decisions (P 9)."""

from app.services.rechecks.commission import Order, appoint_member, find_member, withdraw_member
from app.services.rechecks.confirming import confirm_decision, return_decision
from app.services.rechecks.deciding import decide_case
from app.services.rechecks.findings import Verdict, record_findings
from app.services.rechecks.opening import (
    Opened,
    Opening,
    add_same_error,
    hand_over,
)
from app.services.rechecks.planning import Planned, plan_readers
from app.services.rechecks.procedure import set_procedure
from app.services.rechecks.readers import assign_reader
from app.services.rechecks.telling import acknowledge
from app.services.rechecks.terms import recount_term

__all__ = [
    "Opened",
    "Opening",
    "Order",
    "Planned",
    "Verdict",
    "acknowledge",
    "add_same_error",
    "appoint_member",
    "assign_reader",
    "confirm_decision",
    "decide_case",
    "find_member",
    "hand_over",
    "plan_readers",
    "record_findings",
    "recount_term",
    "return_decision",
    "set_procedure",
    "withdraw_member",
]
