"""What the scoring screen sends: points one by one, the sheet handed in, a work set aside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.access import Permission
from app.bridge.concerns import CONCERN_TEXTS, Unconfirmed
from app.errors import Refusal
from app.models import Round, TroubleKind
from app.queries.controls import find_word
from app.queries.rechecks import find_unexplained
from app.queries.scoring_queue import ExamQueue, WorkLine, list_queues
from app.queries.scoring_work import get_work
from app.services import adjudication, marking, recusal, trouble
from app.services.marking import Saved, StaleAnnotation, StalePoints
from app.web import words
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.scoring.blueprint import blueprint, list_url, what_is_left
from app.web.scoring.marks import annotation_told
from scoring import Points, ScoringError, parse_points

Answer = Response | tuple[Response, int]


def refusals_answered(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Tell a refusal to the screen: 409 with both versions, or 422 with the sentence."""

    @wraps(view)
    def answer(**arguments: Any) -> Answer:
        try:
            return view(**arguments)
        except StalePoints as stale:
            theirs = _told(stale.theirs) if stale.theirs else None
            return jsonify(message=_sentence(stale), theirs=theirs), 409
        except StaleAnnotation as stale:
            mark = annotation_told(stale.theirs) if stale.theirs else None
            return jsonify(message=_sentence(stale), theirs=mark), 409
        except Unconfirmed as asked:
            concerns = [gettext(CONCERN_TEXTS[concern]) for concern in asked.concerns]
            return jsonify(message=_sentence(asked), concerns=concerns), 428
        except Refusal as refusal:
            return jsonify(message=_sentence(refusal)), 422

    return answer


@blueprint.post("/<uuid:work_id>/open")
@access(Permission.SCORE)
@refusals_answered
def open_work(work_id: UUID) -> Answer:
    """The work is on the screen: its clock begins."""
    with transaction() as session:
        marking.open_sheet(session, assignment_id=work_id, by=actor(), at=now())
    return jsonify()


@blueprint.post("/<uuid:work_id>/points")
@access(Permission.SCORE)
@refusals_answered
def save_points(work_id: UUID) -> Answer:
    """One save; answered only when it is on disk."""
    sent = sent_by_screen()
    with transaction() as session:
        saved = marking.record_points(
            session,
            assignment_id=work_id,
            criterion=text_in(sent, "criterion"),
            value=_points(text_in(sent, "value")),
            save_key=text_in(sent, "key"),
            based_on=number_in(sent, "based_on"),
            note=text_in(sent, "note"),
            by=actor(),
            at=now(),
        )
    return jsonify(_told(saved))


@blueprint.post("/<uuid:work_id>/submit")
@access(Permission.SCORE)
@refusals_answered
def submit(work_id: UUID) -> Answer:
    """Hand the sheet in; the answer names the next work and nothing of other readings."""
    sent = sent_by_screen()
    with transaction() as session:
        shown = get_work(session, assignment_id=work_id, by=actor(), at=now())
        is_third = shown.line.round is Round.THIRD and shown.sheet.readings
        hand_in = adjudication.record_ruling if is_third else marking.submit_sheet
        hand_in(
            session,
            assignment_id=work_id,
            confirmed=sent.get("confirmed") is True,
            seen_images=_seen(sent),
            by=actor(),
            at=now(),
        )
    if shown.line.round is Round.RECHECK:
        return _after_recheck(work_id)
    if shown.line.round is Round.CONTROL:
        return _after_control(work_id)
    return _next_work(work_id)


@blueprint.post("/<uuid:work_id>/aside")
@access(Permission.SCORE)
@refusals_answered
def set_aside(work_id: UUID) -> Answer:
    """The work cannot be scored as it is: the coordinator answers."""
    sent = sent_by_screen()
    kind = text_in(sent, "kind")
    if kind not in set(TroubleKind):
        raise Refusal("Неизвестная причина: обновите страницу.")
    with transaction() as session:
        asked = trouble.set_aside(
            session,
            assignment_id=work_id,
            kind=TroubleKind(kind),
            note=text_in(sent, "note"),
            by=actor(),
            at=now(),
        )
        if asked.kind is TroubleKind.SECOND_OPINION:
            marking.call_second(session, trouble_id=asked.id, by=actor(), at=now())
    return _next_work(work_id)


@blueprint.post("/<uuid:work_id>/recuse")
@access(Permission.SCORE)
@refusals_answered
def recuse(work_id: UUID) -> Answer:
    """The expert steps back from this work."""
    with reading() as session:
        shown = get_work(session, assignment_id=work_id, by=actor(), at=now())
    with transaction() as session:
        recusal.recuse(session, assignment_id=work_id, by=actor(), at=now())
    if shown.line.round is Round.RECHECK:
        return _named(shown.ahead, shown.queue)
    with reading() as session:
        queues = list_queues(session, by=actor(), at=now())
    same = [queue for queue in queues if queue.exam_id == shown.queue.exam_id]
    return _named(shown.ahead, same[0] if same else shown.queue)


@blueprint.post("/<uuid:work_id>/reopen")
@access(Permission.SCORE)
def reopen(work_id: UUID) -> AnyResponse:
    """Take a handed-in work back."""
    with refusals_flashed(), transaction() as session:
        marking.reopen_sheet(session, assignment_id=work_id, by=actor(), at=now())
        say("Работа снова открыта: её можно исправить и сдать.")
    return redirect(url_for("scoring.work", work_id=work_id))


def _after_recheck(work_id: UUID) -> Answer:
    """To the page that asks why points differ, where the procedure wants it; else to the next."""
    with reading() as session:
        reading_id = find_unexplained(session, assignment_id=work_id, by=actor())
    if reading_id is not None:
        return jsonify(panel=None, list=url_for("rechecks.reading", reading_id=reading_id))
    return _next_work(work_id)


def _after_control(work_id: UUID) -> Answer:
    """To the word about a control outside the tolerance; else on, as after any work."""
    with reading() as session:
        reading_id = find_word(session, assignment_id=work_id)
    if reading_id is not None:
        return jsonify(panel=None, list=url_for("guidance.word", reading_id=reading_id))
    return _next_work(work_id)


def _next_work(work_id: UUID) -> Answer:
    with reading() as session:
        shown = get_work(session, assignment_id=work_id, by=actor(), at=now())
    return _named(shown.ahead, shown.queue)


def _named(ahead: tuple[WorkLine, ...], queue: ExamQueue) -> Answer:
    """The next work and what is left; a panel fetched ahead does not know of the last sheet."""
    if not ahead:
        return jsonify(panel=None, list=list_url(queue.lines[0].round))
    next_panel = url_for("scoring.panel", work_id=ahead[0].assignment_id)
    return jsonify(panel=next_panel, rest=what_is_left(queue))


def sent_by_screen() -> dict[str, Any]:
    """What the screen sent, a JSON object."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # nested a thousand deep: no screen of ours
        sent = None
    if not isinstance(sent, dict):
        raise Refusal("Запрос не понят: обновите страницу.")
    return sent


def text_in(sent: dict[str, Any], name: str) -> str:
    """A text of what was sent; empty where it is left out."""
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise Refusal("Запрос не понят: обновите страницу.")
    return value


def number_in(sent: dict[str, Any], name: str) -> int:
    """A whole number of what was sent."""
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal("Запрос не понят: обновите страницу.")
    return value


def _seen(sent: dict[str, Any]) -> list[UUID]:
    try:
        return [UUID(str(one)) for one in sent.get("seen", [])]
    except (TypeError, ValueError) as error:
        raise Refusal("Запрос не понят: обновите страницу.") from error


def _points(text: str) -> Points | None:
    if not text:
        return None
    try:
        return parse_points(text)
    except ScoringError as error:
        raise Refusal(error.text, **error.params) from error


def _told(saved: Saved) -> dict[str, Any]:
    return {
        "criterion": saved.label,
        "value": "" if saved.points is None else str(saved.points),
        "number": saved.number,
        "note": saved.note,
        "saved_at": saved.saved_at.isoformat(),
    }


def _sentence(refusal: Refusal) -> str:
    return words.told(refusal.text, refusal.params)
