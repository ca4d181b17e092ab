"""A destruction's rows -> its act as PDF."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.bridge.hours import day_in
from app.bridge.titles import title_of
from app.models import (
    Campaign,
    Destruction,
    DestructionLine,
    DocumentKind,
    Exam,
    Municipality,
    Person,
    School,
)
from app.printing.destruction_act import ActRow, DestructionAct, act_of_destruction

KIND_TEXTS = {
    DocumentKind.SCRIPTS: "Работы участников: сканы и изображения",
    DocumentKind.ACTS: "Акты наблюдателей",
    DocumentKind.OBSERVERS: "Имена и телефоны наблюдателей",
    DocumentKind.SUPPORT: "Вопросы, ответы и звонки на горячую линию",
}


def draw_act(session: Session, found: Destruction, *, done_at: datetime) -> bytes:
    """The act of a signed destruction."""
    place = session.get_one(Municipality, found.municipality_id)
    first = session.get_one(Person, found.proposed_by_id)
    second = session.get_one(Person, found.signed_by_id)
    return act_of_destruction(
        DestructionAct(
            number=found.number,
            municipality=place.name,
            kind=KIND_TEXTS[found.kind],
            basis=found.basis,
            months=found.months,
            proposed_on=day_in(place, found.proposed_at),
            signed_on=day_in(place, found.signed_at or done_at),
            done_on=day_in(place, done_at),
            rows=[_row(session, line) for line in found.lines],
            files_gone=found.files_gone,
            files_shared=found.files_shared,
            first=first.display_name,
            second=second.display_name,
        )
    )


def _row(session: Session, line: DestructionLine) -> ActRow:
    exam = session.get(Exam, line.exam_id) if line.exam_id else None
    school = session.get(School, line.school_id) if line.school_id else None
    return ActRow(
        what=str(title_of(exam)) if exam else session.get_one(Campaign, line.campaign_id).name,
        school=school.name if school else "",
        due_on=line.due_on,
        files=line.files,
        rows=line.rows,
        events=line.events,
    )
