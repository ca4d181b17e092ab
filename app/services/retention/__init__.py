"""Keeping documents: terms, destruction by two persons, its act."""

from app.services.retention.order import DESTRUCTION_JOB, propose, sign, withdraw
from app.services.retention.outcome import Gone, finish_destruction
from app.services.retention.terms import Term, set_term

__all__ = [
    "DESTRUCTION_JOB",
    "Gone",
    "Term",
    "finish_destruction",
    "propose",
    "set_term",
    "sign",
    "withdraw",
]
