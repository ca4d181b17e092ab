"""Observers: proposed, spread over schools, their acts filed."""

from app.services.observers.acts import MOST_BYTES, ActFile, file_act
from app.services.observers.candidates import Candidate, propose, withdraw
from app.services.observers.placing import Spread, place, spread_observers, withdraw_visit

__all__ = [
    "MOST_BYTES",
    "ActFile",
    "Candidate",
    "Spread",
    "file_act",
    "place",
    "propose",
    "spread_observers",
    "withdraw",
    "withdraw_visit",
]
