"""Bringing a report, the list of reports, and a report next to our own figures."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileRequired
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField

from app.access import Permission
from app.models import ReportKind
from app.queries import returned as queries
from app.queries.places import list_schools
from app.services import returned as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.fields import choices
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.words import choices_of, exam_title

blueprint = Blueprint("returned", __name__, url_prefix="/returned")
SEERS = (Permission.WATCH, Permission.RELEASE_RESULTS)
BRINGERS = (Permission.EDIT_EXAM, Permission.RELEASE_RESULTS)

KINDS = {
    ReportKind.INDIVIDUAL: _("Индивидуальные результаты (Ф1)"),
    ReportKind.MARKS: _("Статистика по отметкам (Ф3)"),
    ReportKind.JOURNAL: _("Сравнение отметок с журналом"),
}
DIRECTIONS = {
    "lowered": _("понизили"),
    "confirmed": _("подтвердили"),
    "raised": _("повысили"),
}


class ReportForm(PostedForm):
    """A report to bring."""

    exam = SelectField(_("Работа"))
    kind = SelectField(_("Отчёт"), choices=choices_of(KINDS))
    school = SelectField(_("Чей"))
    file = FileField(_("Файл XLSX или CSV"), [FileRequired()])


@blueprint.get("/")
@access(*SEERS)
def index() -> str:
    """The reports that are kept."""
    with reading() as session:
        found = queries.list_reports(session, by=actor())
    may_bring = any(map(actor().holds, BRINGERS))
    return render_template("returned/index.html", reports=found, kinds=KINDS, may_bring=may_bring)


@blueprint.route("/new", methods=["GET", "POST"])
@access(*BRINGERS)
def bring() -> str | Response:
    """Bring a report."""
    form = _form()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            made = services.keep_report(
                session,
                store=installation().store,
                exam_id=UUID(form.exam.data),
                school_id=UUID(form.school.data) if form.school.data else None,
                kind=ReportKind(form.kind.data),
                name=form.file.data.filename or "",
                data=form.file.data.read(),
                by=actor(),
                at=now(),
            )
            say("Отчёт прочитан и сохранён.")
            return redirect(url_for("returned.report", report_id=made.id))
    return render_template("returned/new.html", form=form)


def _form() -> ReportForm:
    form = ReportForm()
    with reading() as session:
        exams = queries.list_exam_choices(session, by=actor())
        schools = list_schools(session, actor=actor(), permission=Permission.RELEASE_RESULTS)
    form.exam.choices = choices(
        (one.id, f"{exam_title(one.title)}, {one.campaign}") for one in exams
    )
    whole = [("", _("всего муниципалитета"))] if actor().holds(Permission.EDIT_EXAM) else []
    form.school.choices = choices([*whole, *((one.id, one.name) for one in schools)])
    if request.method == "GET" and request.args.get("exam"):
        form.exam.data = request.args["exam"]
    return form


@blueprint.get("/<uuid:report_id>")
@access(*SEERS)
def report(report_id: UUID) -> str:
    """A report next to our own figures."""
    with reading() as session:
        found = queries.get_report(
            session, report_id=report_id, store=installation().store, by=actor()
        )
    return render_template("returned/report.html", report=found, kinds=KINDS, directions=DIRECTIONS)
