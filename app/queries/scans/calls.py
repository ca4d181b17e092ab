"""What a school is asked for: pages to scan again, and works that their experts set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.troubles import due_times
from app.models import (
    Assignment,
    Bundle,
    BundleFile,
    Page,
    PageKind,
    Participant,
    Script,
    Trouble,
    TroubleKind,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedPage:
    """A page to be scanned again, as it is found in the paper pile.

    Attributes:
        page_id: the page.
        code: of the script that waits for it; "" where it is not known.
        page_number: its number in the script, where it is known.
        file: the file it came in.
        number_in_file: its place there, from 1.
    """

    page_id: UUID
    code: str
    page_number: int | None
    file: str
    number_in_file: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertCall:
    """A script of the school that an expert set aside; who he is stays unknown."""

    script_id: UUID
    code: str
    kind: TroubleKind
    note: str
    raised_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """What a school is asked for in one exam."""

    wanted: tuple[WantedPage, ...]
    from_experts: tuple[ExpertCall, ...]


def list_calls(session: Session, *, exam_id: UUID, school_id: UUID, by: Actor) -> Calls:
    """Pages to scan again and scripts to look at, in one exam of one school.

    Raises:
        NotYours: the school is not his.
    """
    get_place(
        session, exam_id=exam_id, school_id=school_id, permission=Permission.DECIDE_PAGES, by=by
    )
    return Calls(
        wanted=_wanted(session, exam_id, school_id),
        from_experts=_from_experts(session, exam_id, school_id),
    )


def _wanted(session: Session, exam_id: UUID, school_id: UUID) -> tuple[WantedPage, ...]:
    query = (
        select(Page, Participant.code)
        .join(Bundle, Bundle.id == Page.bundle_id)
        .join(BundleFile, BundleFile.id == Page.file_id)
        .outerjoin(Script, Script.id == Page.wanted_for_id)
        .outerjoin(Participant, Participant.id == Script.participant_id)
        .where(
            Bundle.exam_id == exam_id,
            Bundle.school_id == school_id,
            Page.kind == PageKind.RESCAN_WANTED,
            Page.replaced_by_id.is_(None),
        )
        .order_by(Bundle.uploaded_at, Bundle.id, BundleFile.position, Page.index)
        .options(defer(Page.reading))
    )
    return tuple(
        WantedPage(
            page_id=page.id,
            code=code or "",
            page_number=page.page_number,
            file=page.file.name,
            number_in_file=page.index + 1,
        )
        for page, code in session.execute(query)
    )


def _from_experts(session: Session, exam_id: UUID, school_id: UUID) -> tuple[ExpertCall, ...]:
    query = (
        select(Trouble, Participant.code, Script.id)
        .join(Assignment, Assignment.id == Trouble.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .join(Participant, Participant.id == Script.participant_id)
        .where(
            Script.exam_id == exam_id,
            Participant.school_id == school_id,
            Trouble.kind != TroubleKind.SECOND_OPINION,
            Trouble.resolved_at.is_(None),
            Assignment.withdrawn_at.is_(None),
        )
        .order_by(Trouble.raised_at, Trouble.id)
    )
    due_at = due_times(session)
    return tuple(
        ExpertCall(
            script_id=script_id,
            code=code,
            kind=trouble.kind,
            note=trouble.note,
            raised_at=trouble.raised_at,
            due_at=due_at(trouble, trouble.assignment.script.exam),
        )
        for trouble, code, script_id in session.execute(query)
    )
