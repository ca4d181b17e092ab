"""Days that differ as a file, in the columns that `sverka due --calendar` takes."""

from __future__ import annotations

import io

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import FileField, StringField
from wtforms.validators import Length

from app.access import Permission
from app.errors import Refusal
from app.exchange.calendar_csv import (
    LARGEST_BYTES,
    OverrideRow,
    read_override_rows,
    write_overrides,
)
from app.exchange.problems import FileProblemsError, Problem
from app.queries import calendar as queries
from app.services import calendar as services
from app.web.calendar.days import PlaceForm, fill_places
from app.web.calendar.door import asked_place, blueprint
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access


class FileForm(PlaceForm):
    """A file of days."""

    source = StringField(
        _("Акт для строк, где он не назван"), [Length(max=services.LONGEST_SOURCE)]
    )
    file = FileField(_("Файл CSV"))


@blueprint.get("/export.csv")
@access(*queries.SEEING)
def export() -> Response:
    """What differs from the production calendar in a place."""
    with reading() as session:
        rows = queries.rows_in_force(session, place=asked_place(session))
    return send_file(
        io.BytesIO(write_overrides(rows)),
        mimetype="text/csv",
        as_attachment=True,
        download_name="calendar.csv",
    )


@blueprint.route("/import", methods=["GET", "POST"])
@access(Permission.KEEP_CALENDAR)
def take_file() -> str | Response:
    """Take a file of days in: all of it, or nothing with every wrong row."""
    form, problems = FileForm(), tuple[Problem, ...]()
    with reading() as session:
        fill_places(session, form)
    if form.validate_on_submit():
        with refusals_flashed():
            try:
                return _taken(form, read_override_rows(_uploaded()))
            except FileProblemsError as error:
                problems = error.problems
    return render_template("calendar/import.html", form=form, problems=problems)


def _taken(form: FileForm, rows: tuple[OverrideRow, ...]) -> Response:
    entries = [_entry(row, form.source.data or "") for row in rows]
    with transaction() as session:
        changed = services.set_days(
            session, municipality_id=form.municipality_id, entries=entries, by=actor(), at=now()
        )
    say(
        "Файл принят. Дней в нём: %(all)s, изменилось: %(changed)s.", all=len(rows), changed=changed
    )
    year = min((row.day.year for row in rows), default=None)
    return redirect(url_for("calendar.index", place=form.place.data, year=year))


def _entry(row: OverrideRow, source: str) -> services.DayEntry:
    if not (row.source or source).strip():
        raise Refusal(
            "Строка %(row)s не называет акта: впишите его в файл или в поле ниже.", row=row.number
        )
    return services.DayEntry(day=row.day, kind=row.kind, source=row.source or source)


def _uploaded() -> bytes:
    file = request.files.get("file")
    data = file.read(LARGEST_BYTES + 1) if file else b""
    if not data:
        raise Refusal("Файл не выбран или пуст: выберите файл CSV.")
    return data
