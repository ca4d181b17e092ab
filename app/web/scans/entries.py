"""Variants, absence and previous marks: one table a class."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.queries.scans import EntryLine, get_pile, list_entries
from app.services.entries import Entry, record_entries
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.scans.blueprint import PILE, blueprint, chosen_class

MOST_DIGITS = 9


@blueprint.get(PILE + "/entries")
@access(Permission.DECIDE_PAGES)
def entries(exam_id: UUID, school_id: UUID) -> str:
    """The table."""
    with reading() as session:
        view = get_pile(session, exam_id=exam_id, school_id=school_id, by=actor())
    return render_template(
        "scans/entries.html",
        view=view,
        lines=_lines(exam_id, school_id),
        class_id=chosen_class(),
    )


@blueprint.post(PILE + "/entries")
@access(Permission.DECIDE_PAGES)
def save_entries(exam_id: UUID, school_id: UUID) -> Response:
    """Keep what was filled in."""
    lines = _lines(exam_id, school_id)
    with refusals_flashed(), transaction() as session:
        changed = record_entries(
            session,
            exam_id=exam_id,
            school_id=school_id,
            entries=[_entry(line) for line in lines if _is_sent(line)],
            by=actor(),
            at=now(),
        )
        say("Сохранено. Изменено строк: %(changed)s.", changed=changed)
    return redirect(
        url_for("scans.entries", exam_id=exam_id, school_id=school_id, class_id=chosen_class())
    )


def _lines(exam_id: UUID, school_id: UUID) -> tuple[EntryLine, ...]:
    with reading() as session:
        return list_entries(
            session, exam_id=exam_id, school_id=school_id, class_id=chosen_class(), by=actor()
        )


def _is_sent(line: EntryLine) -> bool:
    """Whether the form holds the participant's line; any other stays as it is."""
    return f"row-{line.participant_id}" in request.form


def _entry(line: EntryLine) -> Entry:
    """What the form says of one participant."""
    return Entry(
        participant_id=line.participant_id,
        variant=_number(line, "variant"),
        absent=f"absent-{line.participant_id}" in request.form,
        previous_mark=_number(line, "mark"),
    )


def _number(line: EntryLine, name: str) -> int | None:
    text = request.form.get(f"{name}-{line.participant_id}", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise Refusal("Код %(code)s: «%(value)s» — не целое число.", code=line.code, value=text)
    return int(text)
