"""Works handed over whose pages have changed since, for the coordinator to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.names import script_numbers
from app.models import (
    Assignment,
    Campaign,
    ChangeKind,
    Exam,
    Script,
    ScriptChange,
    Sheet,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A page that came to a work handed over, left it, or was replaced, not seen yet.

    Attributes:
        ids: the changes that one look answers.
        gained: a page came.
        lost: a page went; with `gained` it was replaced.
        page_number: its number, where it is known.
        submitted: readings of the work that were handed in before.
    """

    ids: tuple[UUID, ...]
    subject: str
    grade: int
    number: int
    gained: bool
    lost: bool
    page_number: int | None
    at: datetime
    submitted: int


class ScriptNumbers:
    """Numbers of scripts, asked of the database once an exam."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_exam: dict[UUID, dict[UUID, int]] = {}

    def of(self, script: Script) -> int:
        """The script's number within its exam."""
        if script.exam_id not in self._by_exam:
            self._by_exam[script.exam_id] = script_numbers(self._session, exam_id=script.exam_id)
        return self._by_exam[script.exam_id][script.id]


def list_changed(session: Session, places: Iterable[UUID], numbers: ScriptNumbers) -> list[Changed]:
    """Changes of pages that nobody has seen, those of one moment and page number together."""
    query = (
        select(ScriptChange)
        .join(ScriptChange.script)
        .join(Script.exam)
        .join(Exam.campaign)
        .where(
            Campaign.municipality_id.in_(places),
            ScriptChange.seen_at.is_(None),
            Script.published_at.is_not(None),
        )
        .order_by(ScriptChange.at, ScriptChange.id)
    )
    found: dict[tuple[UUID, datetime, int | None], list[ScriptChange]] = {}
    for row in session.scalars(query):
        found.setdefault((row.script_id, row.at, row.page_number), []).append(row)
    return [
        Changed(
            ids=tuple(row.id for row in rows),
            subject=rows[0].script.exam.subject,
            grade=rows[0].script.exam.grade,
            number=numbers.of(rows[0].script),
            gained=any(row.kind is ChangeKind.GAINED for row in rows),
            lost=any(row.kind is ChangeKind.LOST for row in rows),
            page_number=page_number,
            at=at,
            submitted=_submitted(session, script_id, at),
        )
        for (script_id, at, page_number), rows in found.items()
    ]


def _submitted(session: Session, script_id: UUID, at: datetime) -> int:
    query = (
        select(func.count(Sheet.id))
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .where(
            Assignment.script_id == script_id,
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at < at,
        )
    )
    return session.scalar(query) or 0
