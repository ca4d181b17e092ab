"""Variants, absence and previous marks: one table a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.entries import line_state
from app.errors import Refusal, Stale
from app.queries.scans import EntryLine, get_pile, list_entries
from app.services.entries import BadCell, Entry, record_entries
from app.web.context import actor, now, reading, say, transaction
from app.web.guard import access
from app.web.scans.blueprint import PILE, blueprint, chosen_class

MOST_DIGITS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A participant's line of the table, as it was typed or is kept.

    Attributes:
        was: the line as the person saw it before he typed.
    """

    participant_id: UUID
    code: str
    class_name: str
    variant: str
    absent: bool
    mark: str
    was: str

    @property
    def state(self) -> str:
        """The line as one text."""
        return line_state(variant=self.variant, absent=self.absent, previous_mark=self.mark)


@blueprint.get(PILE + "/entries")
@access(Permission.DECIDE_PAGES)
def entries(exam_id: UUID, school_id: UUID) -> str:
    """The table."""
    rows = [_kept(line) for line in _lines(exam_id, school_id)]
    return _table(exam_id, school_id, rows, bad=None)


@blueprint.post(PILE + "/entries")
@access(Permission.DECIDE_PAGES)
def save_entries(exam_id: UUID, school_id: UUID) -> str | Response:
    """Keep what was filled in; what is refused comes back as it was typed."""
    lines = _lines(exam_id, school_id)
    typed = [_typed(line) for line in lines if f"was-{line.participant_id}" in request.form]
    try:
        with transaction() as session:
            changed = record_entries(
                session,
                exam_id=exam_id,
                school_id=school_id,
                entries=[_entry(row) for row in typed if row.state != row.was],
                by=actor(),
                at=now(),
            )
    except Refusal as refused:
        say(refused.text, "danger", **refused.params)
        rows = _typed_over(_lines(exam_id, school_id), typed, told=isinstance(refused, Stale))
        bad = (refused.participant_id, refused.cell) if isinstance(refused, BadCell) else None
        return _table(exam_id, school_id, rows, bad=bad)
    say("Сохранено. Изменено строк: %(changed)s.", changed=changed)
    return redirect(
        url_for("scans.entries", exam_id=exam_id, school_id=school_id, class_id=chosen_class())
    )


def _table(
    exam_id: UUID, school_id: UUID, rows: Sequence[Row], *, bad: tuple[UUID, str] | None
) -> str:
    with reading() as session:
        view = get_pile(session, exam_id=exam_id, school_id=school_id, by=actor())
    return render_template(
        "scans/entries.html", view=view, lines=rows, class_id=chosen_class(), bad=bad
    )


def _lines(exam_id: UUID, school_id: UUID) -> tuple[EntryLine, ...]:
    with reading() as session:
        return list_entries(
            session, exam_id=exam_id, school_id=school_id, class_id=chosen_class(), by=actor()
        )


def _kept(line: EntryLine) -> Row:
    """The line as it is kept."""
    return Row(
        participant_id=line.participant_id,
        code=line.code,
        class_name=line.class_name,
        variant=str(line.variant or ""),
        absent=line.absent,
        mark=str(line.previous_mark or ""),
        was=line_state(variant=line.variant, absent=line.absent, previous_mark=line.previous_mark),
    )


def _typed(line: EntryLine) -> Row:
    """What the form says of one participant."""
    key = line.participant_id
    return Row(
        participant_id=key,
        code=line.code,
        class_name=line.class_name,
        variant=request.form.get(f"variant-{key}", "").strip(),
        absent=f"absent-{key}" in request.form,
        mark=request.form.get(f"mark-{key}", "").strip(),
        was=request.form[f"was-{key}"],
    )


def _typed_over(lines: Sequence[EntryLine], typed: Sequence[Row], *, told: bool) -> list[Row]:
    """Kept lines, but for those that were typed into.

    Where the person was told what others changed, his next save stands on that.
    """
    own = {row.participant_id: row for row in typed if row.state != row.was}
    found = []
    for kept in map(_kept, lines):
        row = own.get(kept.participant_id, kept)
        found.append(replace(row, was=kept.was) if told else row)
    return found


def _entry(row: Row) -> Entry:
    return Entry(
        participant_id=row.participant_id,
        variant=_number(row, "variant", row.variant),
        absent=row.absent,
        previous_mark=_number(row, "mark", row.mark),
        seen=row.was,
    )


def _number(row: Row, cell: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise BadCell(
            row.participant_id,
            cell,
            "Код %(code)s: «%(value)s» — не целое число.",
            code=row.code,
            value=text,
        )
    return int(text)
