"""The commission's work: members, cases with their clock, readers, decisions (P 9)."""

from app.services.rechecks.commission import Order, appoint_member, find_member, withdraw_member
from app.services.rechecks.deciding import commission_points, decide_case
from app.services.rechecks.opening import TERM_WORKING_DAYS, assign_reader, open_case

__all__ = [
    "TERM_WORKING_DAYS",
    "Order",
    "appoint_member",
    "assign_reader",
    "commission_points",
    "decide_case",
    "find_member",
    "open_case",
    "withdraw_member",
]
