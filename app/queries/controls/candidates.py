"""Works that can become control works, and one of them with its pages and points so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.names import script_numbers
from app.bridge.places import get_exam_of
from app.bridge.sheets import final_points_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.finals import find_final, newest_totals
from app.models import (
    BLIND,
    Assignment,
    ControlWork,
    Script,
    ScriptImage,
)
from app.queries.scoring_pictures import PageView, list_pages
from scoring import Points


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateLine:
    """A handed-over work that is no control yet.

    Attributes:
        script_id: the script.
        number: its number among the exam's works; tells nothing of its code.
        total: its final points; None while it has none.
        readers: how many experts have it by plan.
    """

    script_id: UUID
    number: int
    total: int | None
    readers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidateCriterion:
    """A criterion and the points that the work has by now."""

    label: str
    maximum: int
    guide: str
    points: Points | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A work about to become a control."""

    line: CandidateLine
    exam_id: UUID
    title: ExamTitle
    pages: tuple[PageView, ...]
    criteria: tuple[CandidateCriterion, ...]


def list_candidates(session: Session, *, exam_id: UUID) -> tuple[CandidateLine, ...]:
    """Handed-over works of an exam that are no controls, by number; the caller checks the exam."""
    taken = select(ControlWork.script_id).where(ControlWork.withdrawn_at.is_(None))
    query = select(Script.id).where(
        Script.exam_id == exam_id, Script.published_at.is_not(None), Script.id.not_in(taken)
    )
    numbers = script_numbers(session, exam_id=exam_id)
    totals, readers = _totals(session, exam_id), _readers(session, exam_id)
    lines = [
        CandidateLine(
            script_id=key, number=numbers[key], total=totals.get(key), readers=readers.get(key, 0)
        )
        for key in session.scalars(query)
    ]
    return tuple(sorted(lines, key=lambda line: line.number))


def get_candidate(session: Session, *, script_id: UUID, actor: Actor) -> Candidate:
    """A work with its pages and criteria.

    Raises:
        NotYours: it is not of an exam that he leads, or is a control already.
    """
    script = _led_script(session, script_id, actor)
    lines = list_candidates(session, exam_id=script.exam_id)
    line = next((one for one in lines if one.script_id == script.id), None)
    if line is None:
        raise NotYours
    final = find_final(session, script.id)
    points: Mapping[str, Points] = final_points_of(final) if final else {}
    return Candidate(
        line=line,
        exam_id=script.exam_id,
        title=title_of(script.exam),
        pages=list_pages(session, script_id=script.id),
        criteria=tuple(
            CandidateCriterion(
                label=row.label,
                maximum=row.max_points,
                guide=row.guide,
                points=points.get(row.label),
            )
            for row in script.exam.criteria
        ),
    )


def get_candidate_page(session: Session, *, script_id: UUID, image_id: UUID, actor: Actor) -> str:
    """The stored file of one anonymous page of a work.

    Raises:
        NotYours: the work is not of an exam that he leads, or has no such page.
    """
    script = _led_script(session, script_id, actor)
    image = session.get(ScriptImage, image_id)
    if image is None or image.script_id != script.id or image.replaced_at is not None:
        raise NotYours
    return image.sha256


def _led_script(session: Session, script_id: UUID, actor: Actor) -> Script:
    script = session.get(Script, script_id)
    if script is None:
        raise NotYours
    get_exam_of(session, exam_id=script.exam_id, permission=Permission.LEAD_SCORING, by=actor)
    return script


def _totals(session: Session, exam_id: UUID) -> dict[UUID, int]:
    found = session.execute(select(newest_totals(exam_id)))
    return {script_id: int(total) for script_id, total in found}


def _readers(session: Session, exam_id: UUID) -> dict[UUID, int]:
    query = (
        select(Assignment.script_id, func.count(Assignment.id))
        .join(Script, Script.id == Assignment.script_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(BLIND),
        )
        .group_by(Assignment.script_id)
    )
    return dict(session.execute(query).all())
