"""Questions on criteria, answers for all, a criterion read anew and the works that it reopens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.access import Actor, Permission
from app.bridge.clarify import earlier_sheets
from app.bridge.controls import own_expert
from app.bridge.hours import scoring_ends_at
from app.bridge.places import get_exam_of
from app.errors import NotYours, Refusal
from app.models import Criterion, CriterionReading, Exam, Question, Reopening, Sheet

LONGEST_WORDS = 1000
LONGEST_GUIDE = 4000


def ask(
    session: Session, *, exam_id: UUID, criterion: str, words: str, by: Actor, at: datetime
) -> Question:
    """Ask the chair about a criterion.

    Raises:
        NotYours: the exam is not one that he may score.
        CriteriaClosed: the hour of the criteria has not come.
        Refusal: nothing is asked, too much is, or there is no such criterion.
    """
    exam, expert = own_expert(session, exam_id=exam_id, by=by, at=at)
    row = next((one for one in exam.criteria if one.label == criterion), None)
    if row is None:
        raise Refusal("В работе нет критерия %(label)s.", label=criterion)
    made = Question(
        criterion_id=row.id,
        expert_id=expert.id,
        words=_checked(words, "Напишите вопрос.", LONGEST_WORDS),
        asked_at=at,
    )
    session.add(made)
    session.flush()
    _tell(session, exam, "question.asked", by=by, at=at, criterion=row.label)
    return made


def answer(session: Session, *, question_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Answer a question, for all experts of the exam; an answer can be worded anew.

    Raises:
        NotYours: there is no such question of an exam that he leads.
        Refusal: the answer is empty or too long.
    """
    found = session.get(Question, question_id, with_for_update=True)
    if found is None:
        raise NotYours
    exam = _led(session, found.criterion.exam_id, by)
    found.answer = _checked(words, "Напишите ответ.", LONGEST_WORDS)
    found.answered_at, found.answered_by_id = at, by.person_id
    _tell(session, exam, "question.answered", by=by, at=at, criterion=found.criterion.label)


def read_anew(
    session: Session, *, criterion_id: UUID, guide: str, why: str, by: Actor, at: datetime
) -> CriterionReading:
    """Change how a criterion is read, as a version; works scored before stay as they are.

    Raises:
        NotYours: there is no such criterion of an exam that he leads.
        Refusal: nothing changes, no reason is given, or a text is too long.
    """
    row = session.get(Criterion, criterion_id, with_for_update=True)
    if row is None:
        raise NotYours
    exam = _led(session, row.exam_id, by)
    text = _checked(guide, "Напишите, как читать критерий.", LONGEST_GUIDE)
    if text == row.guide:
        raise Refusal("Пояснение к критерию не изменилось.")
    reason = _checked(why, "Объясните экспертам, что изменилось.", LONGEST_WORDS)
    last = session.scalar(
        select(func.max(CriterionReading.number)).where(CriterionReading.criterion_id == row.id)
    )
    if last is None:
        _add(session, row, number=1, why="", since=exam.created_at, by=by)
    old, row.guide = row.guide, text
    made = _add(session, row, number=(last or 1) + 1, why=reason, since=at, by=by)
    _tell(
        session, exam, "criterion.read_anew", by=by, at=at, criterion=row.label, old=old, new=text
    )
    return made


def reopen_works(session: Session, *, criterion_id: UUID, by: Actor, at: datetime) -> int:
    """Open every work scored under an earlier reading again, for this criterion alone.

    Final points stay until the sheets are handed in again, which makes a new version of them.

    Raises:
        NotYours: there is no such criterion of an exam that he leads.
        Refusal: scoring is over, so that nobody could hand them in again.
    """
    row = session.get(Criterion, criterion_id)
    if row is None:
        raise NotYours
    exam = _led(session, row.exam_id, by)
    if at >= scoring_ends_at(exam):
        raise Refusal(
            "Проверка закончилась: открытые заново работы было бы некому сдать. Сначала откройте"
            " проверку снова или перенесите её последний день."
        )
    sheets = [session.get_one(Sheet, one.sheet_id) for one in earlier_sheets(session, row)]
    for sheet in sheets:
        sheet.submitted_at = None
        session.add(
            Reopening(
                sheet_id=sheet.id,
                criterion_id=row.id,
                ordered_at=at,
                ordered_by_id=by.person_id,
            )
        )
    session.flush()
    _tell(session, exam, "criterion.reopened", by=by, at=at, criterion=row.label, works=len(sheets))
    return len(sheets)


def _led(session: Session, exam_id: UUID, by: Actor) -> Exam:
    return get_exam_of(session, exam_id=exam_id, permission=Permission.LEAD_SCORING, by=by)


def _add(
    session: Session, row: Criterion, *, number: int, why: str, since: datetime, by: Actor
) -> CriterionReading:
    made = CriterionReading(
        criterion_id=row.id,
        number=number,
        guide=row.guide,
        why=why,
        since=since,
        set_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    return made


def _checked(text: str, missing: str, limit: int) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Refusal(missing)
    if len(words) > limit:
        raise Refusal("Текст длиннее %(limit)s знаков.", limit=limit)
    return words


def _tell(
    session: Session, exam: Exam, action: str, *, by: Actor, at: datetime, **new: object
) -> None:
    audit.record_about(
        session,
        exam,
        action,
        by=by,
        at=at,
        new=new,
    )
