"""Exams whose scoring a chair leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.titles import ExamTitle, title_of
from app.models import Campaign, Exam


@dataclass(frozen=True, kw_only=True, slots=True)
class LedExam:
    """An exam of the chair's municipality."""

    exam_id: UUID
    title: ExamTitle
    campaign: str
    held_on: date
    scoring_ends_on: date


def list_led(session: Session, *, actor: Actor) -> tuple[LedExam, ...]:
    """The exams that the acting person leads, the newest first."""
    query = (
        select(Exam, Campaign.name)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .where(Campaign.municipality_id.in_(actor.municipality_ids(Permission.LEAD_SCORING)))
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(
        LedExam(
            exam_id=exam.id,
            title=title_of(exam),
            campaign=campaign,
            held_on=exam.held_on,
            scoring_ends_on=exam.scoring_ends_on,
        )
        for exam, campaign in session.execute(query)
    )
