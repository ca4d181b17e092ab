"""How often: limits on what one address or one person may ask for, and the answer beyond them."""

from __future__ import annotations

from flask import Response, render_template
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Failures of logging in are counted in the database, for all processes; this is a second fence of
# each process round the forms that ask for a password or a code.
limiter = Limiter(get_remote_address, storage_uri="memory://")


def too_often(seconds: int) -> Response:
    """The page of 429 with the time to wait."""
    page = render_template("errors/error.html", code=429)
    return Response(page, 429, {"Retry-After": str(seconds)})
