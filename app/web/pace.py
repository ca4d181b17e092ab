"""How often: limits on what one address or one person may ask for, and the answer beyond them."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Response, render_template
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

# Failures of logging in are counted in the database, for all processes; this is a second fence of
# each process round the forms that ask for a password or a code.
limiter = Limiter(get_remote_address, storage_uri="memory://")

# Ten minutes of the quickest scoring, an answer every two seconds and the next ones fetched ahead;
# and for a day what his works hold, each looked at several times.
PICTURES_AT_ONCE = RateLimitItemPerMinute(400, 10)
PICTURES_A_WORK = 60
PICTURES_ANYWAY = 200
_ONE_TRACE = RateLimitItemPerHour(1)
_counters = FixedWindowRateLimiter(MemoryStorage())


def seconds_until_next_picture(person_id: UUID, *, works: int) -> int:
    """Count one more picture; how long the person has to wait for it, 0 when not at all."""
    a_day = RateLimitItemPerDay(PICTURES_ANYWAY + PICTURES_A_WORK * works)
    return max(_wait(limit, "picture", person_id) for limit in (PICTURES_AT_ONCE, a_day))


def first_refusal(person_id: UUID) -> bool:
    """Whether this refusal is the first of its hour: one trace is enough."""
    return _counters.hit(_ONE_TRACE, "trace", str(person_id))


def _wait(limit: RateLimitItem, what: str, person_id: UUID) -> int:
    if _counters.hit(limit, what, str(person_id)):
        return 0
    reset_at, _left = _counters.get_window_stats(limit, what, str(person_id))
    return max(1, int(reset_at - time.time()))


def too_often(seconds: int) -> Response:
    """The page of 429 with the time to wait."""
    page = render_template("errors/error.html", code=429)
    return Response(page, 429, {"Retry-After": str(seconds)})
