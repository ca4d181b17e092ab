"""Pictures of works as an expert gets them: marked as his, and no more than a person looks at."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort

from app.services.throttled import tell_throttled
from app.web.context import actor, installation, now, transaction
from app.web.pace import first_refusal, seconds_until_next_picture, too_often
from scanning import watermarked

_GROUP = 4
_GROUPS = 3


def mark_of(view_id: UUID) -> str:
    """What is drawn over a view of a picture: the beginning of its random id."""
    digits = view_id.hex
    return "-".join(digits[start : start + _GROUP] for start in range(0, _GROUP * _GROUPS, _GROUP))


def marked_picture(digest: str, view_id: UUID, *, works: int) -> Response:
    """A stored picture with the mark of its view; 429 when they are being fetched in bulk.

    Args:
        digest: the stored picture.
        view_id: the assignment under which an expert sees it, or the person who only confirms.
        works: how many works are his to look at.
    """
    _check_pace(works)
    content = watermarked(installation().store.get(digest), mark_of(view_id))
    return Response(content, mimetype="image/jpeg")


def _check_pace(works: int) -> None:
    person_id = actor().person_id
    wait = seconds_until_next_picture(person_id, works=works)
    if not wait:
        return
    if first_refusal(person_id):
        with transaction() as session:
            tell_throttled(session, works=works, by=actor(), at=now())
    abort(too_often(wait))
