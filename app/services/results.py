"""Releasing the form of results: a version of the federal form for each school and exam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.results import Standing, form_of, standings_of
from app.errors import NotYours, Refusal
from app.exchange.federal_form import FormTitle, read_form, write_form
from app.models import Exam, FormVersion
from app.storage import FileStore
from scoring import ResultsForm, ScoringError


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """A form that left the house.

    Attributes:
        version: the newest version; the one before, when nothing has changed since.
        is_new: whether a version was added.
        missing: participants who have no row in it yet, each with the reason.
    """

    version: FormVersion
    is_new: bool
    missing: tuple[Standing, ...]


def release(
    session: Session,
    *,
    store: FileStore,
    exam_id: UUID,
    school_id: UUID,
    by: Actor,
    at: datetime,
) -> Released:
    """Write the form of one school's final results; the same results make no new version.

    Raises:
        NotYours: the school is not his, or the exam is not its municipality's.
        Refusal: nobody has a final result yet, or the rows do not fit one form.
    """
    exam = _get_exam(session, exam_id=exam_id, school_id=school_id, by=by)
    standings = standings_of(session, exam=exam, school_id=school_id)
    missing = tuple(one for one in standings if one.gap is not None)
    form = _form(exam, standings)
    last = find_newest(session, exam_id=exam_id, school_id=school_id)
    if last is not None and _kept(store, last, form) == form:
        return Released(version=last, is_new=False, missing=missing)
    made = FormVersion(
        exam_id=exam_id,
        school_id=school_id,
        number=last.number + 1 if last else 1,
        name=_title(form).file_name,
        sha256=store.put(write_form(form)),
        rows=len(form.rows),
        released_at=at,
        released_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    _trace(session, made, exam, action="form.released", by=by, at=at)
    return Released(version=made, is_new=True, missing=missing)


def mark_loaded(session: Session, *, version_id: UUID, by: Actor, at: datetime) -> FormVersion:
    """Note that a version was loaded into the federal system.

    Raises:
        NotYours: there is no such version, or its school is not his.
        Refusal: a newer version waits to be loaded.
    """
    found = session.get(FormVersion, version_id, with_for_update=True)
    if found is None:
        raise NotYours
    exam = _get_exam(session, exam_id=found.exam_id, school_id=found.school_id, by=by)
    newest = find_newest(session, exam_id=found.exam_id, school_id=found.school_id)
    if newest is not found:
        raise Refusal("Есть более новая форма: загрузите её.")
    if found.loaded_at is None:
        found.loaded_at, found.loaded_by_id = at, by.person_id
        _trace(session, found, exam, action="form.loaded", by=by, at=at)
        session.flush()
    return found


def find_newest(session: Session, *, exam_id: UUID, school_id: UUID) -> FormVersion | None:
    """The newest version of a school's form."""
    return session.scalar(
        select(FormVersion)
        .where(FormVersion.exam_id == exam_id, FormVersion.school_id == school_id)
        .order_by(FormVersion.number.desc())
        .limit(1)
    )


def _get_exam(session: Session, *, exam_id: UUID, school_id: UUID, by: Actor) -> Exam:
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.RELEASE_RESULTS,
        by=by,
    )
    return exam


def _form(exam: Exam, standings: tuple[Standing, ...]) -> ResultsForm:
    try:
        form = form_of(exam, standings)
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error
    if not form.rows:
        raise Refusal("Выпускать нечего: ни у одного участника ещё нет окончательных баллов.")
    return form


def _kept(store: FileStore, version: FormVersion, form: ResultsForm) -> ResultsForm:
    """What the stored file says, read back as anybody would read it."""
    return read_form(store.get(version.sha256), title=_title(form))


def _title(form: ResultsForm) -> FormTitle:
    return FormTitle(subject=form.subject, grade=form.grade, year=form.year)


def _trace(
    session: Session, version: FormVersion, exam: Exam, *, action: str, by: Actor, at: datetime
) -> None:
    audit.record(
        session,
        action=action,
        subject_kind="form",
        subject_id=version.id,
        by=by,
        at=at,
        municipality_id=exam.campaign.municipality_id,
        school_id=version.school_id,
        exam_id=exam.id,
        new={"number": version.number, "rows": version.rows, "sha256": version.sha256},
    )
