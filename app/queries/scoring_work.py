"""One work as its expert sees it: nothing in these records tells whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.admission import NotAdmitted, find_bar
from app.bridge.annotations import SavedAnnotation, list_annotations, list_scorers
from app.bridge.desk import (
    HandedElsewhere,
    check_open,
    find_sheet,
    get_own_assignment,
    is_over,
)
from app.bridge.recheck_result import shown_points, shown_readers
from app.bridge.sheets import newest_versions, points_of, score_sheet_of
from app.models import (
    BLIND,
    Assignment,
    ChangeKind,
    Criterion,
    Divergence,
    PointVersion,
    Reopening,
    Round,
    ScriptChange,
    Sheet,
    Trouble,
    TroubleKind,
)
from app.queries.clarify import Answered, answers_by_label
from app.queries.scoring_pictures import CropView, PageView, answers_to, list_pictures
from app.queries.scoring_queue import ExamQueue, WorkLine, WorkState, get_queue
from app.reopened import open_again, writable_under
from scoring import Points


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeView:
    """A page that came to the work, left it or was replaced after the expert got the work.

    Attributes:
        at: when.
        gained: a page came.
        lost: a page went; with `gained` it was replaced.
        page_number: its number in the work, where it is known.
    """

    at: datetime
    gained: bool
    lost: bool
    page_number: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionView:
    """One criterion beside the scan.

    Attributes:
        label: as in the form: 4К1.
        maximum: the most points.
        guide: what the points are given for.
        base: the criterion it depends on.
        points: what is saved: a number, X, or None.
        number: the saved version's number; 0 for none.
        note: the expert's own words.
        earlier: points of the readings before, for a third expert alone.
        crops: places of the answer among the work's crops; empty where the form names no such task.
        answers: what the chair answered to questions on it.
        is_writable: a work that is open again for other criteria alone keeps this one.
    """

    label: str
    maximum: int
    guide: str
    base: str | None
    points: Points | None
    number: int
    note: str
    earlier: tuple[Points | None, ...]
    crops: tuple[int, ...]
    answers: tuple[Answered, ...]
    is_writable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetView:
    """The sheet: criteria in the order of the form."""

    criteria: tuple[CriterionView, ...]
    total: int
    max_total: int
    submitted_at: datetime | None

    @property
    def readings(self) -> int:
        """How many readings before are shown beside."""
        return len(self.criteria[0].earlier) if self.criteria else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkView:
    """One work on the scoring screen.

    Attributes:
        line: its place in the expert's list.
        queue: that list.
        ahead: the works to come, nearest first.
        sheet: criteria and points.
        pages: the anonymous pages in order.
        crops: answers by task, in the order of the pages; empty where the form names no tasks.
        marks: what he drew on the pages; for a third expert also what the readings before drew.
        changes: pages that came or went since the expert got the work, or handed it in.
        is_writable: points may be given.
        bar: why the expert may not score at all now, where he may not.
        reopened: criteria for which the work is open again; empty where it is not.
        aside: why it is set aside, while it is.
        answer: the coordinator's words when it came back.
    """

    line: WorkLine
    queue: ExamQueue
    ahead: tuple[WorkLine, ...]
    sheet: SheetView
    pages: tuple[PageView, ...]
    crops: tuple[CropView, ...]
    marks: tuple[SavedAnnotation, ...]
    changes: tuple[ChangeView, ...]
    is_writable: bool
    bar: NotAdmitted | None
    reopened: tuple[str, ...]
    aside: TroubleKind | None
    answer: str

    @property
    def begins_at(self) -> CriterionView | None:
        """The criterion that the screen opens at: the first that is to be given points."""
        rows = [row for row in self.sheet.criteria if row.is_writable]
        return next((row for row in rows if row.points is None), rows[0] if rows else None)

    @property
    def first_crop(self) -> CropView | None:
        """The answer that the screen opens at; None where a whole page is shown."""
        row = self.begins_at
        return self.crops[row.crops[0]] if row is not None and row.crops else None


# What is asked of every work that is shown; made once.
_CHANGES = (
    select(ScriptChange.at, ScriptChange.kind, ScriptChange.page_number)
    .where(
        ScriptChange.script_id == bindparam("script_id"),
        ScriptChange.at > bindparam("since"),
    )
    .order_by(ScriptChange.at, ScriptChange.page_number, ScriptChange.id)
)
# A criterion read anew after the answer opens the work for a reason of its own.
_READ_ANEW = (
    select(Reopening.id)
    .join(Sheet, Sheet.id == Reopening.sheet_id)
    .where(Sheet.assignment_id == Assignment.id, Reopening.ordered_at > Trouble.resolved_at)
    .exists()
)
_STANDING = (
    select(
        Divergence.id.is_not(None),
        Trouble.kind,
        Trouble.answer,
        Trouble.resolved_at,
        and_(Trouble.id.is_not(None), _READ_ANEW),
    )
    .select_from(Assignment)
    .outerjoin(Divergence, Divergence.assignment_id == Assignment.id)
    .outerjoin(Trouble, Trouble.assignment_id == Assignment.id)
    .where(Assignment.id == bindparam("assignment_id"))
    .order_by(Trouble.raised_at.desc())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    """What else stands about a work.

    Attributes:
        settles: it is the third reading of readings that diverged.
        aside: why it is set aside, unless it has been answered.
        answer: the answer to the last trouble.
    """

    settles: bool
    aside: TroubleKind | None
    answer: str


def get_work(session: Session, *, assignment_id: UUID, by: Actor, at: datetime) -> WorkView:
    """The acting expert's work.

    Raises:
        NotYours: it does not exist, was withdrawn, or is somebody else's.
        CriteriaClosed: the hour of the criteria has not come.
        HandedElsewhere: he has a conflict of interest with it and has not handed it in.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by)
    check_open(assignment, at=at)
    queue = get_queue(session, exam_id=assignment.script.exam_id, of=assignment.round, by=by, at=at)
    line = queue.get_line(assignment.id)
    if line.state is WorkState.LEAVING:
        raise HandedElsewhere
    sheet = find_sheet(session, assignment.id)
    standing = _standing(session, assignment.id)
    submitted = sheet is not None and sheet.submitted_at is not None
    aside = standing.aside if not submitted else None
    pages, crops = list_pictures(session, script_id=assignment.script_id)
    reopened = open_again(sheet, assignment.script.exam.criteria)
    before = _earlier_readers(session, assignment, is_third=standing.settles)
    bar = find_bar(session, assignment)
    return WorkView(
        line=line,
        queue=queue,
        ahead=queue.ahead_of(line),
        sheet=_sheet_view(session, assignment, sheet, crops, before=before, reopened=reopened),
        pages=pages,
        crops=crops,
        marks=list_annotations(
            session,
            script_id=assignment.script_id,
            readers=(assignment.id, *before),
        ),
        changes=_changes(session, assignment, sheet),
        is_writable=not (submitted or aside or bar or is_over(assignment, at=at)),
        bar=bar,
        reopened=reopened,
        aside=aside,
        answer="" if aside else standing.answer,
    )


def _changes(
    session: Session, assignment: Assignment, sheet: Sheet | None
) -> tuple[ChangeView, ...]:
    """What changed since the work was given, or since it was handed in."""
    submitted = sheet.submitted_at if sheet is not None else None
    wanted = {
        "script_id": assignment.script_id,
        "since": submitted or assignment.created_at,
    }
    found: dict[tuple[datetime, int | None], set[ChangeKind]] = {}
    for row in session.execute(_CHANGES, wanted):
        found.setdefault((row.at, row.page_number), set()).add(row.kind)
    return tuple(
        ChangeView(
            at=at,
            gained=ChangeKind.GAINED in kinds,
            lost=ChangeKind.LOST in kinds,
            page_number=number,
        )
        for (at, number), kinds in found.items()
    )


def _standing(session: Session, assignment_id: UUID) -> _Standing:
    settles, kind, answer, resolved_at, is_past = session.execute(
        _STANDING, {"assignment_id": assignment_id}
    ).one()
    return _Standing(
        settles=settles,
        aside=kind if resolved_at is None else None,
        answer="" if resolved_at is None or is_past else answer,
    )


def _sheet_view(
    session: Session,
    assignment: Assignment,
    sheet: Sheet | None,
    crops: Sequence[CropView],
    *,
    before: Sequence[UUID],
    reopened: Sequence[str],
) -> SheetView:
    newest = newest_versions(sheet.versions) if sheet else {}
    earlier = _earlier_sheets(session, assignment, before)
    rows = assignment.script.exam.criteria
    writable = writable_under(reopened, rows)
    answers = answers_by_label(session, exam_id=assignment.script.exam_id)
    shown = (_criterion_view(row, newest.get(row.label), earlier, crops) for row in rows)
    return SheetView(
        criteria=tuple(
            replace(
                row,
                answers=answers.get(row.label, ()),
                is_writable=row.label in writable,
            )
            for row in shown
        ),
        total=score_sheet_of(sheet).total if sheet else 0,
        max_total=sum(row.max_points for row in rows),
        submitted_at=sheet.submitted_at if sheet else None,
    )


def _criterion_view(
    row: Criterion,
    version: PointVersion | None,
    earlier: Sequence[Mapping[str, Points | None]],
    crops: Sequence[CropView],
) -> CriterionView:
    return CriterionView(
        label=row.label,
        maximum=row.max_points,
        guide=row.guide,
        base=row.depends_on.label if row.depends_on else None,
        points=points_of(version) if version else None,
        number=version.number if version else 0,
        note=version.note if version else "",
        earlier=tuple(said.get(row.label) for said in earlier),
        crops=answers_to(row.label, crops),
        answers=(),
        is_writable=True,
    )


def _earlier_sheets(
    session: Session, assignment: Assignment, before: Sequence[UUID]
) -> Sequence[Mapping[str, Points | None]]:
    """What diverging readings say to their third expert; in a recheck, what its method shows."""
    if assignment.round is Round.RECHECK:
        return shown_points(session, assignment)
    sheets = [find_sheet(session, one) for one in before]
    return [
        {label: points_of(version) for label, version in newest_versions(s.versions).items()}
        for s in sheets
        if s is not None
    ]


def _earlier_readers(session: Session, assignment: Assignment, *, is_third: bool) -> Sequence[UUID]:
    """The readings that this one may look at: nobody's, where it is to be blind."""
    if assignment.round is Round.RECHECK:
        return shown_readers(session, assignment)
    if not is_third:
        return []
    return list_scorers(session, script_id=assignment.script_id, rounds=BLIND)
