"""How much is broken: little in every run of the tests, more when SVERKA_FAULTS=200 asks for it."""

from __future__ import annotations

import os

WANTED = int(os.environ.get("SVERKA_FAULTS", "0"))
LONG = WANTED > 0
