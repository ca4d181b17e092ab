"""One save of one criterion: a new version, never an overwrite, never twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import audit
from app.access import Actor
from app.bridge.controls import day_began
from app.bridge.desk import check_writable, find_sheet, get_own_assignment
from app.bridge.sheets import kind_of, newest_versions, number_of, points_of, score_sheet_of
from app.controls import begin_control
from app.errors import Refusal, Stale
from app.models import Assignment, Criterion, PointVersion, Round, Sheet
from app.reopened import check_reopened
from scoring import Points, ScoringError

LONGEST_NOTE = 500
LONGEST_KEY = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A version of one criterion's points as it is stored.

    Attributes:
        label: the criterion.
        number: the version's number within the sheet; what the next save is based on.
        points: a number, X, or None when points were taken back.
        note: the expert's own words.
        saved_at: the moment of the save.
    """

    label: str
    number: int
    points: Points | None
    note: str
    saved_at: datetime


class StalePoints(Stale):
    """The criterion was saved elsewhere meanwhile; both versions are at hand.

    Attributes:
        theirs: the stored version; None when nothing is stored and the client thinks otherwise.
        mine: the points that were not saved.
    """

    def __init__(self, *, label: str, theirs: Saved | None, mine: Points | None) -> None:
        super().__init__(
            "По критерию %(label)s уже сохранено другое: %(theirs)s. Ваше значение: %(mine)s.",
            label=label,
            theirs=_shown(theirs.points if theirs else None),
            mine=_shown(mine),
        )
        self.theirs = theirs
        self.mine = mine


def open_sheet(session: Session, *, assignment_id: UUID, by: Actor, at: datetime) -> Sheet:
    """The sheet of the acting expert's assignment; made when he opens the work first.

    Raises:
        NotYours: the assignment is not his.
        CriteriaClosed: the hour of the criteria has not come.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_writable(session, assignment, at=at)
    return _sheet_of(session, assignment, by=by, at=at)


def record_points(
    session: Session,
    *,
    assignment_id: UUID,
    criterion: str,
    value: Points | None,
    save_key: str,
    based_on: int,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Saved:
    """Save one criterion as a new version; the same save again gives the same version.

    Args:
        session: the database.
        assignment_id: the acting expert's assignment.
        criterion: its label.
        value: a number, X, or None to take points back.
        save_key: the client's own key of this save.
        based_on: number of the criterion's version that the client saw last; 0 for none.
        note: the expert's words on this criterion.
        by: the acting expert.
        at: the moment.

    Raises:
        NotYours: the assignment is not his.
        CriteriaClosed: the hour has not come.
        ScoringOver: the last day has passed.
        StalePoints: the criterion was saved elsewhere meanwhile.
        Refusal: the sheet is handed in, or the criterion cannot have such points.
    """
    assignment = get_own_assignment(session, assignment_id=assignment_id, by=by, lock=True)
    check_writable(session, assignment, at=at)
    sheet = _sheet_of(session, assignment, by=by, at=at)
    row = _criterion(assignment, criterion)
    repeated = _find_save(sheet, save_key)
    if repeated is not None:
        return _same_save(repeated, row, value)
    _check_save(sheet, row, value=value, save_key=save_key, based_on=based_on, note=note)
    check_reopened(sheet, assignment.script.exam.criteria, row.label)
    old = newest_versions(sheet.versions).get(row.label)
    made = _add_version(sheet, row, value=value, note=note, save_key=save_key, by=by, at=at)
    session.flush()
    _trace(session, assignment, old=old, new=made, by=by, at=at)
    return _saved(made)


def _sheet_of(session: Session, assignment: Assignment, *, by: Actor, at: datetime) -> Sheet:
    found = find_sheet(session, assignment.id)
    if found is not None:
        return found
    if assignment.round is Round.CONTROL:
        begin_control(session, assignment, day_began=day_began(assignment.script.exam, at))
    made = Sheet(assignment=assignment, opened_at=at)
    session.add(made)
    session.flush()
    audit.record_about(
        session,
        assignment,
        "sheet.opened",
        by=by,
        at=at,
    )
    return made


def _criterion(assignment: Assignment, label: str) -> Criterion:
    for row in assignment.script.exam.criteria:
        if row.label == label:
            return row
    raise Refusal("В работе нет критерия %(label)s.", label=label)


def _find_save(sheet: Sheet, save_key: str) -> PointVersion | None:
    return next((row for row in sheet.versions if row.save_key == save_key), None)


def _same_save(version: PointVersion, row: Criterion, value: Points | None) -> Saved:
    if version.criterion_id != row.id or points_of(version) != value:
        raise Refusal("Под этим ключом сохранены другие баллы: обновите страницу.")
    return _saved(version)


def _check_save(
    sheet: Sheet,
    row: Criterion,
    *,
    value: Points | None,
    save_key: str,
    based_on: int,
    note: str,
) -> None:
    if sheet.submitted_at is not None:
        raise Refusal("Работа уже сдана: чтобы изменить баллы, верните её в работу.")
    if not 1 <= len(save_key) <= LONGEST_KEY:
        raise Refusal("Ключ сохранения пуст или слишком длинный: обновите страницу.")
    if len(note) > LONGEST_NOTE:
        raise Refusal("Заметка длиннее %(limit)s знаков.", limit=LONGEST_NOTE)
    newest = newest_versions(sheet.versions).get(row.label)
    if (newest.number if newest else 0) != based_on:
        theirs = _saved(newest) if newest else None
        raise StalePoints(label=row.label, theirs=theirs, mine=value)
    if value is not None:
        _check_value(sheet, row.label, value)


def _check_value(sheet: Sheet, label: str, value: Points) -> None:
    """The value fits its criterion, and does not itself break a dependency."""
    try:
        changed = score_sheet_of(sheet).with_points(label, value)
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error
    for broken in changed.broken_dependencies():
        if broken.label == label:
            raise Refusal(
                "По критерию %(base)s стоит %(base_points)s: по критерию %(label)s допустимо"
                " только 0 или X.",
                base=broken.base,
                base_points=broken.base_points,
                label=label,
            )


def _add_version(
    sheet: Sheet,
    row: Criterion,
    *,
    value: Points | None,
    note: str,
    save_key: str,
    by: Actor,
    at: datetime,
) -> PointVersion:
    sheet.revision += 1
    made = PointVersion(
        number=sheet.revision,
        kind=kind_of(value),
        points=number_of(value),
        note=note,
        save_key=save_key,
        saved_at=at,
        saved_by_id=by.person_id,
        criterion=row,
    )
    sheet.versions.append(made)
    return made


def _trace(
    session: Session,
    assignment: Assignment,
    *,
    old: PointVersion | None,
    new: PointVersion,
    by: Actor,
    at: datetime,
) -> None:
    audit.record_about(
        session,
        assignment,
        "points.saved",
        by=by,
        at=at,
        old=_told(old) if old else None,
        new=_told(new),
    )


def _told(version: PointVersion) -> dict[str, object]:
    return {
        "criterion": version.criterion.label,
        "points": _shown(points_of(version)),
        "number": version.number,
    }


def _saved(version: PointVersion) -> Saved:
    return Saved(
        label=version.criterion.label,
        number=version.number,
        points=points_of(version),
        note=version.note,
        saved_at=version.saved_at,
    )


def _shown(points: Points | None) -> str:
    return "—" if points is None else str(points)
