"""A participant's line beside his points, as one short text: what a person saw when he typed."""

from __future__ import annotations

from app.models import ExamEntry


def line_state(*, variant: object, absent: bool, previous_mark: object) -> str:
    """The line as one text; two lines say the same when their texts are equal."""
    return f"{variant or ''};{'1' if absent else ''};{previous_mark or ''}"


def stored_state(row: ExamEntry | None) -> str:
    """The line that a row keeps; a participant without a row has an empty one."""
    if row is None:
        return line_state(variant=None, absent=False, previous_mark=None)
    return line_state(variant=row.variant, absent=row.absent, previous_mark=row.previous_mark)
