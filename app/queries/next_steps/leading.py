"""What a chair should answer to the experts whom he leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.titles import title_of
from app.models import Campaign, Criterion, Exam, Question
from app.queries.next_steps.step import Step, Urgency, step


def leading_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Experts' questions without an answer, exam by exam."""
    del today
    query = (
        select(Exam, func.count(Question.id))
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Criterion, Criterion.exam_id == Exam.id)
        .join(Question, Question.criterion_id == Criterion.id)
        .where(
            Campaign.municipality_id.in_(actor.municipality_ids(Permission.LEAD_SCORING)),
            Question.answered_at.is_(None),
        )
        .group_by(Exam.id)
        .order_by(Exam.scoring_ends_on, Exam.subject, Exam.id)
    )
    for exam, count in session.execute(query):
        yield step(
            "%(exam)s: вопросы экспертов ждут вашего ответа: %(count)s.",
            "lead.questions",
            urgency=Urgency.SOON,
            values={"exam_id": exam.id},
            exam=title_of(exam),
            count=count,
        )
