"""One case with its evidence; points appear when the blind step is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.annotations import SavedAnnotation, list_annotations
from app.bridge.independence import check_independent
from app.bridge.listed import entry_shown
from app.bridge.recheck_clock import Clocks
from app.bridge.recheck_result import (
    case_readers,
    is_open_to_see,
    old_points,
    proposal,
    said_by,
    sheet_of,
)
from app.cases import standing_readings
from app.errors import NotYours
from app.models import (
    Criterion,
    Method,
    Person,
    ReasonCode,
    RecheckCase,
    RecheckFinding,
    RecheckReading,
    ScriptCrop,
    ScriptImage,
)
from app.queries.rechecks.decisions import DecisionView, list_decisions
from app.queries.rechecks.register import CaseLine, case_line
from app.queries.rechecks.sight import count_confirmed, get_case_row, only_confirms
from app.queries.scoring_pictures import CropView, answers_to, list_crops
from scoring import Divergent, Points, worth

PAGES_FOR = (Permission.RUN_RECHECK, Permission.DECIDE_RECHECK, Permission.CONFIRM_RECHECK)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """One anonymous page of the script.

    Attributes:
        image_id: a random key.
        position: of the page in the script.
        width_px: width of the image.
        height_px: its height.
        marks: what was drawn on it, as far as it may be seen.
    """

    image_id: UUID
    position: int
    width_px: int
    height_px: int
    marks: tuple[SavedAnnotation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A member who reads the case, or has read it."""

    reading_id: UUID
    position: int
    name: str
    is_done: bool
    is_handed_in: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PointRow:
    """One criterion: old points, what each reading gave, and what is proposed.

    Attributes:
        label: the criterion.
        maximum: the most points.
        old: the points before, as shown.
        said: what the readings gave, one a column.
        proposed: what follows from them; the old points where they diverge.
        reason_code: the member's reason, where he gave one.
        words: his words.
    """

    label: str
    maximum: int
    old: str
    said: tuple[str, ...]
    proposed: str
    reason_code: ReasonCode
    words: str
    crops: tuple[UUID, ...]

    @property
    def differs(self) -> bool:
        """Whether the commission reads it otherwise."""
        return any(one != self.old for one in self.said)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """One case with its evidence.

    Attributes:
        line: its line in the register.
        claim: why it was handed over.
        lodged_by: who handed it over.
        lodged_at: when.
        method: how it is read.
        may_lower: points may go down.
        quorum: how many must be present at the decision.
        readers: who reads it.
        columns: headings of the readings in the table of points: the blind sheet, then readings.
        rows: the criteria; empty while the blind step is not done.
        old_total: raw score before.
        totals: raw score of every column.
        diverges: two blind readings differ by more than the exam allows.
        pages: the anonymous pages.
        decisions: what was signed, the newest last.
        follows: the case whose error this one may share.
        listed: the entry of a list that gives the ground; empty for another ground.
        acknowledged_at: when the school said that it knows.
    """

    line: CaseLine
    claim: str
    lodged_by: str
    lodged_at: datetime
    method: Method
    may_lower: bool
    quorum: int
    readers: tuple[Reader, ...]
    columns: tuple[str, ...]
    rows: tuple[PointRow, ...]
    old_total: int
    totals: tuple[int, ...]
    diverges: bool
    pages: tuple[PageView, ...]
    decisions: tuple[DecisionView, ...]
    follows: UUID | None
    listed: str
    acknowledged_at: datetime | None

    @property
    def decision(self) -> DecisionView | None:
        """The decision that stands, or waits for its second person."""
        last = self.decisions[-1] if self.decisions else None
        return last if last is not None and last.returned_at is None else None


def get_case(session: Session, *, case_id: UUID, actor: Actor, today: date) -> CaseView:
    """One case; old and new points only once the blind step is done.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    row = get_case_row(session, case_id, actor)
    case, handover = row[0], row[1]
    readings = standing_readings(case)
    columns = _columns(session, case, readings) if is_open_to_see(case) else ()
    old = old_points(session, case)
    proposed = proposal(session, case) if columns else None
    return CaseView(
        line=case_line(*row, clocks=Clocks(session=session, today=today)),
        claim=handover.reason,
        lodged_by=session.get_one(Person, handover.lodged_by_id).display_name,
        lodged_at=handover.lodged_at,
        method=handover.method,
        may_lower=handover.may_lower,
        quorum=handover.quorum,
        readers=tuple(_reader(session, one) for one in readings),
        columns=tuple(name for name, _ in columns),
        rows=_rows(session, case, old, [said for _, said in columns], proposed, readings),
        old_total=_total(old),
        totals=tuple(_total(said) for _, said in columns),
        diverges=isinstance(proposed, Divergent),
        pages=_pages(session, case, actor),
        decisions=list_decisions(session, case),
        follows=case.follows_id,
        listed=entry_shown(case.listed) if case.listed else "",
        acknowledged_at=case.acknowledged_at,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class CasePicture:
    """A picture of a case, and how it is given out.

    Attributes:
        sha256: the stored file.
        works: for a member who only confirms, how many works he may look at; None for who runs the
            commission and has the pages themselves.
    """

    sha256: str
    works: int | None


def get_case_image(session: Session, *, case_id: UUID, image_id: UUID, actor: Actor) -> CasePicture:
    """One anonymous page, for who runs, decides or confirms the case.

    Raises:
        NotYours: the case or the page is not in his sight.
        NotIndependent: he scored the script, is of its school, or has a conflict of interest.
    """
    case = get_case_row(session, case_id, actor)[0]
    found = session.get(ScriptImage, image_id)
    if found is None or found.script_id != case.script_id or found.replaced_at is not None:
        raise NotYours
    if not _may_look(case, actor):
        raise NotYours
    name = session.get_one(Person, actor.person_id).display_name
    besides = {one.assignment_id for one in case.readings}
    check_independent(session, case.script, actor.person_id, name=name, besides=besides)
    works = count_confirmed(session, actor=actor) if only_confirms(case, actor) else None
    return CasePicture(sha256=found.sha256, works=works)


def get_case_crop(session: Session, *, case_id: UUID, crop_id: UUID, actor: Actor) -> CasePicture:
    """One answer cut out of a page, as `get_case_image` gives the page.

    Raises:
        NotYours: the case or the answer is not in his sight.
        NotIndependent: he scored the script, is of its school, or has a conflict of interest.
    """
    crop = session.get(ScriptCrop, crop_id)
    if crop is None:
        raise NotYours
    page = get_case_image(session, case_id=case_id, image_id=crop.image_id, actor=actor)
    return replace(page, sha256=crop.sha256)


def _may_look(case: RecheckCase, actor: Actor) -> bool:
    place = case.handover.campaign.municipality_id
    return any(actor.may(permission, municipality_id=place) for permission in PAGES_FOR)


def _columns(
    session: Session, case: RecheckCase, readings: Sequence[RecheckReading]
) -> list[tuple[str, Mapping[str, Points]]]:
    """Heading and points of every column; a blind sheet stands before what was said after it."""
    found: list[tuple[str, Mapping[str, Points]]] = []
    if case.handover.method is Method.REVEAL:
        found += [
            ("blind", sheet.points)
            for one in readings
            if (sheet := sheet_of(session, one)) is not None
        ]
    for one in readings:
        said = said_by(session, one) if one.done_at is not None else None
        if said is not None:
            found.append((str(one.position), said.points))
    return found


def _rows(
    session: Session,
    case: RecheckCase,
    old: Mapping[str, Points],
    columns: Sequence[Mapping[str, Points]],
    proposed: Mapping[str, Points] | Divergent | None,
    readings: Sequence[RecheckReading],
) -> tuple[PointRow, ...]:
    if not columns and case.handover.method is not Method.REVIEW:
        return ()
    target = old if proposed is None or isinstance(proposed, Divergent) else proposed
    findings = {one.criterion_id: one for reading in readings for one in reading.findings}
    crops = list_crops(session, script_id=case.script_id)
    return tuple(
        _row(one, old, columns, target, findings.get(one.id), crops) for one in case.exam.criteria
    )


def _row(
    criterion: Criterion,
    old: Mapping[str, Points],
    columns: Sequence[Mapping[str, Points]],
    target: Mapping[str, Points],
    finding: RecheckFinding | None,
    crops: Sequence[CropView],
) -> PointRow:
    label = criterion.label
    return PointRow(
        label=label,
        maximum=criterion.max_points,
        old=str(old[label]),
        said=tuple(str(said[label]) for said in columns),
        proposed=str(target[label]),
        reason_code=finding.reason_code if finding else ReasonCode.CONFIRMED,
        words=finding.words if finding else "",
        crops=tuple(crops[at].crop_id for at in answers_to(label, crops)),
    )


def _total(points: Mapping[str, Points]) -> int:
    return sum(worth(value) for value in points.values())


def _reader(session: Session, reading: RecheckReading) -> Reader:
    return Reader(
        reading_id=reading.id,
        position=reading.position,
        name=reading.assignment.expert.person.display_name,
        is_done=reading.done_at is not None,
        is_handed_in=sheet_of(session, reading) is not None,
    )


def _pages(session: Session, case: RecheckCase, actor: Actor) -> tuple[PageView, ...]:
    """The pages; what was drawn on them once the blind step is done."""
    if not _may_look(case, actor):
        return ()
    return page_views(
        session, case, readers=case_readers(session, case) if is_open_to_see(case) else ()
    )


def page_views(
    session: Session, case: RecheckCase, *, readers: Sequence[UUID]
) -> tuple[PageView, ...]:
    """The script's pages with the marks of some of its readings."""
    marks = list_annotations(session, script_id=case.script_id, readers=(None, *readers))
    rows = session.scalars(
        select(ScriptImage)
        .where(ScriptImage.script_id == case.script_id, ScriptImage.replaced_at.is_(None))
        .order_by(ScriptImage.position)
    )
    return tuple(
        PageView(
            image_id=row.id,
            position=row.position,
            width_px=row.width_px,
            height_px=row.height_px,
            marks=tuple(mark for mark in marks if mark.image_id == row.id),
        )
        for row in rows
    )
