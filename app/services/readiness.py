"""The school says that scripts are ready: from then on they can be planned and scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.audit import record
from app.bridge.places import get_place
from app.bridge.scans import get_forms, pages_expected
from app.bridge.scripts import count_contested, fullness, is_drawn
from app.errors import Refusal
from app.models import Page, Participant, Script


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """How many scripts went out now, and how many stay behind."""

    published: int
    left: int


def publish_scripts(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID,
    incomplete: Mapping[UUID, str],
    by: Actor,
    at: datetime,
) -> Published:
    """Hand the complete scripts over, and those incomplete ones that have a confirmed reason.

    Args:
        session: a writing session.
        exam_id: the exam.
        school_id: whose scripts.
        incomplete: reasons by script, for scripts that go out as they are.
        by: the school's coordinator.
        at: when.

    Raises:
        NotYours: the school is not his.
        Refusal: a reason is empty, or the images of a script are not drawn yet.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.DECIDE_PAGES,
        by=by,
    )
    if any(not reason.strip() for reason in incomplete.values()):
        raise Refusal("Укажите причину, по которой работа передаётся неполной.")
    expected = pages_expected(exam, get_forms(session, exam_id=exam_id))
    contested = count_contested(session, exam_id=exam_id, school_id=school_id)
    count = left = 0
    for script in _waiting_scripts(session, exam_id=exam_id, school_id=school_id):
        code = script.participant.code
        whole = fullness(script.pages, expected=expected).complete and not contested[code]
        if script.id in incomplete or (whole and is_drawn(script)):
            _publish(session, script, why=incomplete.get(script.id, ""), by=by, at=at)
            count += 1
        else:
            left += 1
    return Published(published=count, left=left)


def _waiting_scripts(session: Session, *, exam_id: UUID, school_id: UUID) -> list[Script]:
    """Scripts with pages that are still at school, kept from the desk while they are counted."""
    query = (
        select(Script)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == exam_id,
            Participant.school_id == school_id,
            Script.published_at.is_(None),
        )
        .options(
            selectinload(Script.images),
            selectinload(Script.pages).defer(Page.reading),
            selectinload(Script.participant),
        )
        .order_by(Participant.code)
        .with_for_update(of=Script)
    )
    return [script for script in session.scalars(query) if script.pages]


def _publish(session: Session, script: Script, *, why: str, by: Actor, at: datetime) -> None:
    if not is_drawn(script):
        raise Refusal(
            "Работа %(code)s: не все страницы подготовлены для эксперта. Подождите минуту; если "
            "не поможет, укажите поле кода на странице или отсканируйте её заново.",
            code=script.participant.code,
        )
    script.published_at = at
    record(
        session,
        action="script.published",
        subject_kind="script",
        subject_id=script.id,
        by=by,
        at=at,
        municipality_id=script.exam.campaign.municipality_id,
        school_id=script.participant.school_id,
        exam_id=script.exam_id,
        new={"pages": len(script.pages)},
        why=why.strip(),
    )
