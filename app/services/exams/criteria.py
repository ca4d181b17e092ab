"""Criteria of an exam, and the texts beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.bridge.clarify import ids_read_anew
from app.errors import Refusal, Stale
from app.models import Criterion, CriterionReading, Exam, Question
from app.services.exams.exam import get_own_exam, has_begun, has_controls
from scoring import Criterion as SchemeCriterion
from scoring import ExamScheme


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionSpec:
    """One criterion as it is typed or read from a form.

    Attributes:
        label: as the federal form writes it.
        max_points: its most points.
        depends_on: label of the criterion that it stands or falls with.
        guide: the text beside the scan; None leaves the one that stands.
        seen: the text as it stood before the person who typed; None where nobody looked first.
    """

    label: str
    max_points: int
    depends_on: str | None = None
    guide: str | None = None
    seen: str | None = None


def set_criteria(
    session: Session, *, exam_id: UUID, criteria: Sequence[CriterionSpec], by: Actor, at: datetime
) -> None:
    """Set the criteria of an exam that nobody has begun to score; tolerances stay by label.

    Raises:
        NotYours: the exam is not his.
        Refusal: scoring has begun, the exam's scale asks for more than the new maximum, or a
            criterion that would go has a question or a reading of the chair.
        Stale: the text beside a criterion was changed since it was seen.
        scoring.SchemeError: a label, a maximum or a dependency is wrong.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    scheme = _scheme(criteria)
    _check_scale(exam, scheme)
    if has_begun(session, exam_id) or has_controls(session, exam_id):
        raise Refusal(
            "Проверка уже началась: состав критериев больше не меняется. Можно править пояснения."
        )
    rows = _locked(session, exam)
    old = {label: row.max_points for label, row in rows.items()}
    labels = [one.label for one in scheme.criteria]
    typed = dict(zip(labels, criteria, strict=True))
    guides = {label: one.guide for label, one in typed.items() if one.guide is not None}
    seen = {label: one.seen for label, one in typed.items() if one.seen is not None}
    added = {label: _plain(text) for label, text in guides.items() if label not in rows}
    texts = added | _changes(session, rows, guides, seen)
    _drop(session, exam, [row for label, row in rows.items() if label not in labels])
    _write(session, exam, scheme, rows, texts)
    new = {criterion.label: criterion.maximum for criterion in scheme.criteria}
    record_about(session, exam, "exam.criteria_set", by=by, at=at, old=old, new=new)


def _check_scale(exam: Exam, scheme: ExamScheme) -> None:
    highest = max((row.min_points for row in exam.marks), default=0)
    if highest > scheme.max_total:
        raise Refusal(
            "Отметка «5» начинается с %(five)s, а новая наибольшая сумма %(total)s: сначала"
            " исправьте шкалу отметок.",
            five=highest,
            total=scheme.max_total,
        )


def _locked(session: Session, exam: Exam) -> dict[str, Criterion]:
    """The criteria by label, kept from others until this transaction ends."""
    query = select(Criterion).where(Criterion.exam_id == exam.id).order_by(Criterion.position)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.label: row for row in found}


def _drop(session: Session, exam: Exam, gone: Sequence[Criterion]) -> None:
    """Take criteria away, and make room for the others' new places and dependencies."""
    _check_unnamed(session, gone)
    own = Criterion.exam_id == exam.id
    session.execute(
        update(Criterion).where(own).values(depends_on_id=None, position=-Criterion.position)
    )
    session.execute(delete(Criterion).where(Criterion.id.in_([row.id for row in gone])))
    session.expire(exam, ["criteria"])


def _check_unnamed(session: Session, gone: Iterable[Criterion]) -> None:
    """What the chair or an expert has spoken of cannot go from under his words."""
    for row in gone:
        for named in (CriterionReading, Question):
            query = select(named.id).where(named.criterion_id == row.id)
            if session.scalar(query.limit(1)) is not None:
                raise Refusal(
                    "Критерий %(label)s убрать нельзя: по нему уже есть вопрос эксперта или"
                    " разъяснение председателя. Оставьте его в таблице.",
                    label=row.label,
                )


def _scheme(criteria: Sequence[CriterionSpec]) -> ExamScheme:
    return ExamScheme(
        criteria=tuple(
            SchemeCriterion(
                label=spec.label, maximum=spec.max_points, depends_on=spec.depends_on or None
            )
            for spec in criteria
        )
    )


def _write(
    session: Session,
    exam: Exam,
    scheme: ExamScheme,
    rows: Mapping[str, Criterion],
    texts: Mapping[str, str],
) -> None:
    made: dict[str, Criterion] = {}
    for position, criterion in enumerate(scheme.criteria, start=1):
        label = criterion.label
        row = rows.get(label) or Criterion(exam_id=exam.id, label=label, guide="")
        row.position, row.max_points = position, criterion.maximum
        row.guide = texts.get(label, row.guide)
        made[label] = row
    session.add_all(made.values())
    session.flush()
    for criterion in scheme.criteria:
        if criterion.depends_on is not None:
            made[criterion.label].depends_on_id = made[criterion.depends_on].id
    session.flush()
    session.expire(exam, ["criteria"])


def set_guides(
    session: Session,
    *,
    exam_id: UUID,
    guides: Mapping[str, str],
    seen: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> None:
    """Change the texts beside the criteria; allowed at any time.

    Args:
        session: a writing session.
        exam_id: the exam.
        guides: texts by label.
        seen: texts by label as they stood before the person who typed.
        by: who sets the exam up.
        at: when.

    Raises:
        NotYours: the exam is not his.
        Stale: a text was changed since it was seen.
        Refusal: the chair has read the criterion anew: its text is his.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    rows = _locked(session, exam)
    changes = _changes(session, rows, guides, seen)
    if not changes:
        return
    old = {label: rows[label].guide for label in changes}
    for label, text in changes.items():
        rows[label].guide = text
    record_about(session, exam, "exam.guides_set", by=by, at=at, old=old, new=changes)


def _changes(
    session: Session,
    rows: Mapping[str, Criterion],
    guides: Mapping[str, str],
    seen: Mapping[str, str],
) -> dict[str, str]:
    """The texts that the person changed, by label; what he left alone stays as it is."""
    typed = {label: _plain(text) for label, text in guides.items() if label in rows}
    touched = {
        label: text
        for label, text in typed.items()
        if text != _plain(seen.get(label, rows[label].guide))
    }
    _check_seen(rows, touched, seen)
    led = ids_read_anew(session, [row.id for row in rows.values()])
    for label, text in touched.items():
        if rows[label].id in led and text != _plain(rows[label].guide):
            raise Refusal(
                "Пояснение к критерию %(label)s изменил председатель комиссии: дальше его меняет"
                " только он, на странице «Вопросы по критериям».",
                label=label,
            )
    return touched


def _check_seen(
    rows: Mapping[str, Criterion], touched: Mapping[str, str], seen: Mapping[str, str]
) -> None:
    overtaken = [
        label
        for label, text in touched.items()
        if label in seen and _plain(rows[label].guide) not in (_plain(seen[label]), text)
    ]
    if overtaken:
        raise Stale(
            "Пока вы правили, эти пояснения изменил кто-то другой: %(labels)s. Ваш текст остался"
            " в таблице, но не сохранён: сверьте его с тем, что записано, и сохраните ещё раз.",
            labels=", ".join(overtaken),
        )


def _plain(text: str) -> str:
    """A text without the spaces around it; browsers send other ends of lines."""
    return "\n".join(text.splitlines()).strip()
