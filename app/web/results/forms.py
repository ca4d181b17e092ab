"""Forms of results: a school releases its own; those who watch see counts."""

from __future__ import annotations

import io
from uuid import UUID

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.results import GAP_TEXTS
from app.errors import Refusal
from app.exchange.problems import FileProblemsError, Problem
from app.queries.after_results import list_after_lines
from app.queries.attention import list_attention
from app.queries.form_comparison import Difference, compare_form
from app.queries.results import (
    SchoolResults,
    get_form,
    get_school_results,
    list_own_lines,
    list_watched_lines,
)
from app.services import results
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    today,
    transaction,
)
from app.web.downloads import XLSX
from app.web.guard import access
from app.web.outgoing import tells_of
from app.web.results.after import STEPS
from app.web.results.blueprint import blueprint


@blueprint.get("/")
@access(Permission.RELEASE_RESULTS, Permission.WATCH)
def index() -> str:
    """Schools and exams: how far the results are, whose form is out."""
    with reading() as session:
        own = list_own_lines(session, by=actor())
        watched = list_watched_lines(session, by=actor(), after=_place())
        waiting = list_attention(session, by=actor()).count
    return render_template(
        "results/index.html", own=own, watched=watched, waiting=waiting, today=today()
    )


def _place() -> tuple[UUID, UUID] | None:
    exam, school = (request.args.get(name, type=UUID) for name in ("exam", "after"))
    return (exam, school) if exam and school else None


@blueprint.get("/<uuid:exam_id>/<uuid:school_id>")
@access(Permission.RELEASE_RESULTS)
def school(exam_id: UUID, school_id: UUID) -> str:
    """One school's own results of one exam."""
    return _school_page(_load(exam_id, school_id))


@blueprint.post("/<uuid:exam_id>/<uuid:school_id>/release")
@access(Permission.RELEASE_RESULTS)
def release(exam_id: UUID, school_id: UUID) -> Response:
    """Release the form."""
    with refusals_flashed(), transaction() as session:
        released = results.release(
            session,
            store=installation().store,
            exam_id=exam_id,
            school_id=school_id,
            by=actor(),
            at=now(),
        )
        _tell(released)
    return redirect(url_for("results.school", exam_id=exam_id, school_id=school_id))


@blueprint.get("/forms/<uuid:version_id>")
@access(Permission.RELEASE_RESULTS)
def download(version_id: UUID) -> Response:
    """The released file."""
    with reading() as session:
        form = get_form(session, version_id=version_id, by=actor())
    tells_of(form.exam_id)
    content = io.BytesIO(installation().store.get(form.sha256))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=form.name)


@blueprint.post("/forms/<uuid:version_id>/loaded")
@access(Permission.RELEASE_RESULTS)
def mark_loaded(version_id: UUID) -> Response:
    """The form was loaded into the federal system."""
    with reading() as session:
        form = get_form(session, version_id=version_id, by=actor())
    with refusals_flashed(), transaction() as session:
        results.mark_loaded(session, version_id=version_id, by=actor(), at=now())
        say("Отмечено: форма загружена в федеральную систему.")
    return redirect(url_for("results.school", exam_id=form.exam_id, school_id=form.school_id))


@blueprint.post("/<uuid:exam_id>/<uuid:school_id>/compare")
@access(Permission.RELEASE_RESULTS)
def compare(exam_id: UUID, school_id: UUID) -> str | Response:
    """Compare a form that came back with what stands here."""
    shown = _load(exam_id, school_id)
    file = request.files.get("form")
    if file is None or not file.filename:
        say("Выберите файл формы.", "danger")
        return _school_page(shown)
    try:
        with reading() as session:
            found = compare_form(
                session,
                exam_id=exam_id,
                school_id=school_id,
                name=file.filename,
                data=file.read(),
                by=actor(),
            )
    except FileProblemsError as error:
        return _school_page(shown, problems=error.problems)
    except Refusal as refusal:
        say(refusal.text, "danger", **refusal.params)
        return _school_page(shown)
    return _school_page(shown, compared=file.filename, differences=found)


def _load(exam_id: UUID, school_id: UUID) -> SchoolResults:
    with reading() as session:
        return get_school_results(
            session,
            exam_id=exam_id,
            school_id=school_id,
            by=actor(),
            after=request.args.get("after", ""),
        )


def _school_page(
    shown: SchoolResults,
    *,
    compared: str = "",
    differences: tuple[Difference, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> str:
    line = shown.line
    with reading() as session:
        after = list_after_lines(
            session,
            exam_id=line.exam_id,
            school_id=line.school_id,
            by=actor(),
            today=today(),
        )
    return render_template(
        "results/school.html",
        shown=shown,
        after=after,
        steps=STEPS,
        gaps={gap: gettext(text) for gap, text in GAP_TEXTS.items()},
        compared=compared,
        differences=differences,
        problems=problems,
        today=today(),
    )


def _tell(released: results.Released) -> None:
    if released.is_new:
        text = _("Форма выпущена: версия %(number)s, строк: %(rows)s.")
    else:
        text = _("С прошлого выпуска ничего не изменилось: версия %(number)s, строк: %(rows)s.")
    say(str(text), number=released.version.number, rows=released.version.rows)
    if released.missing:
        say(
            "Не вошли в форму, участников: %(count)s. Причины стоят в таблице.",
            "warning",
            count=len(released.missing),
        )
