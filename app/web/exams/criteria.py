"""Criteria and marks of an exam: typed, taken ready, or read from a federal form."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.access import Permission
from app.errors import Refusal, Stale
from app.exchange.exam_library import get_ready_exam, list_ready_exams
from app.exchange.federal_sheet import open_form
from app.queries import exams as queries
from app.services import exams as services
from app.services.exams import CriterionSpec
from app.web.context import REFUSALS, actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.fields import whole
from app.web.guard import access
from app.web.posted import PostedForm
from scoring import MarkThresholds

SPARE_ROWS = 5
_COLUMNS = ("label", "max_points", "depends_on", "guide", "seen")
_MOST_DIGITS = 9


class MarksForm(PostedForm):
    """From which raw score each mark begins."""

    three = IntegerField(_("«3» от"), [InputRequired(), NumberRange(min=1)])
    four = IntegerField(_("«4» от"), [InputRequired(), NumberRange(min=1)])
    five = IntegerField(_("«5» от"), [InputRequired(), NumberRange(min=1)])
    source = StringField(
        _("Источник шкалы"),
        [DataRequired(), Length(max=300)],
        description=_("Документ, по которому баллы переводят в отметки."),
    )
    year = IntegerField(_("Год шкалы"), [InputRequired(), NumberRange(min=2015, max=2100)])


class FormFileForm(PostedForm):
    """A federal form of results to read the criteria from."""

    file = FileField(_("Форма сбора результатов, XLSX"), [FileRequired()])


@blueprint.route("/<uuid:exam_id>/criteria", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def criteria(exam_id: UUID) -> str | Response:
    """The table of criteria."""
    overtaken = False
    if request.method == "POST":
        try:
            with transaction() as session:
                _save(session, exam_id)
            say("Критерии сохранены.")
            return redirect(url_for("exams.exam", exam_id=exam_id))
        except REFUSALS as refused:
            overtaken = isinstance(refused, Stale)
            say(refused.text, "danger", **refused.params)
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
    return render_template(
        "exams/criteria.html",
        exam=found,
        rows=_typed_rows() or _rows(found),
        stored={row.label: row.guide for row in found.criteria} if overtaken else {},
        led={row.label for row in found.criteria if row.read_anew},
        spare_rows=SPARE_ROWS,
        ready=[one for one in list_ready_exams() if one.grade == found.grade],
        form_file=FormFileForm(),
    )


def _save(session: Session, exam_id: UUID) -> None:
    if not _is_whole():
        raise Refusal("Таблица критериев пришла не целиком. Откройте страницу заново и повторите.")
    specs = [_spec(number, row) for number, row in enumerate(_typed_rows(), start=1)]
    view = queries.get_exam(session, exam_id=exam_id, actor=actor())
    typed = [(one.label, one.max_points, one.depends_on) for one in specs]
    if typed == [(one.label, one.max_points, one.depends_on) for one in view.criteria]:
        services.set_guides(
            session,
            exam_id=exam_id,
            guides={one.label: one.guide or "" for one in specs},
            seen={one.label: one.seen or "" for one in specs},
            by=actor(),
            at=now(),
        )
    else:
        services.set_criteria(session, exam_id=exam_id, criteria=specs, by=actor(), at=now())


def _rows(exam: queries.ExamView) -> list[dict[str, str]]:
    """The criteria as the table shows them."""
    return [
        {
            "label": one.label,
            "max_points": str(one.max_points),
            "depends_on": one.depends_on or "",
            "guide": one.guide,
            "seen": one.guide,
        }
        for one in exam.criteria
    ]


def _typed_rows() -> list[dict[str, str]]:
    """The rows of the sent table that have a label or a maximum; none of a torn one."""
    if not _is_whole():
        return []
    columns = [request.form.getlist(name) for name in _COLUMNS]
    rows = [dict(zip(_COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return [row for row in rows if row["label"].strip() or row["max_points"].strip()]


def _is_whole() -> bool:
    """Whether every row of the sent table has all its cells."""
    return len({len(request.form.getlist(name)) for name in _COLUMNS}) == 1


def _spec(number: int, row: dict[str, str]) -> CriterionSpec:
    most = row["max_points"].strip()
    if not (most.isdecimal() and len(most) <= _MOST_DIGITS):
        raise Refusal(
            "Строка %(number)s, критерий «%(label)s»: в максимуме «%(given)s», а нужно целое"
            " число больше нуля.",
            number=number,
            label=row["label"],
            given=row["max_points"],
        )
    return CriterionSpec(
        label=row["label"].strip(),
        max_points=int(most),
        depends_on=row["depends_on"].strip() or None,
        guide=row["guide"],
        seen=row["seen"],
    )


@blueprint.post("/<uuid:exam_id>/criteria/ready")
@access(Permission.EDIT_EXAM)
def take_ready(exam_id: UUID) -> Response:
    """Take the criteria, and the marks where published, from a ready description."""
    with refusals_flashed(), transaction() as session:
        view = queries.get_exam(session, exam_id=exam_id, actor=actor())
        year = request.form.get("year", default=view.year, type=whole)
        found = get_ready_exam(request.form.get("subject", ""), view.grade, year)
        specs = [
            CriterionSpec(label=one.label, max_points=one.maximum, depends_on=one.depends_on)
            for one in found.scheme.criteria
        ]
        services.set_criteria(session, exam_id=exam_id, criteria=specs, by=actor(), at=now())
        if found.thresholds is not None:
            services.set_marks(
                session, exam_id=exam_id, thresholds=found.thresholds, by=actor(), at=now()
            )
        say("Критерии взяты из готового описания: %(subject)s.", subject=found.subject)
    return redirect(url_for("exams.criteria", exam_id=exam_id))


@blueprint.post("/<uuid:exam_id>/criteria/form")
@access(Permission.EDIT_EXAM)
def read_form(exam_id: UUID) -> Response:
    """Read the criteria from the headers of a federal form of results."""
    form = FormFileForm()
    with refusals_flashed(), transaction() as session:
        if not form.validate_on_submit():
            raise Refusal("Выберите файл формы сбора результатов (XLSX).")
        scheme = open_form(form.file.data.read()).layout.scheme
        specs = [
            CriterionSpec(label=one.label, max_points=one.maximum, depends_on=one.depends_on)
            for one in scheme.criteria
        ]
        services.set_criteria(session, exam_id=exam_id, criteria=specs, by=actor(), at=now())
        say("Критерии прочитаны из формы: %(count)s.", count=len(specs))
    return redirect(url_for("exams.criteria", exam_id=exam_id))


@blueprint.route("/<uuid:exam_id>/marks", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def marks(exam_id: UUID) -> str | Response:
    """The scale of marks."""
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
    form = MarksForm(data=_marks_data(found))
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.set_marks(
                session, exam_id=exam_id, thresholds=_thresholds(form), by=actor(), at=now()
            )
            say("Шкала отметок сохранена.")
            return redirect(url_for("exams.exam", exam_id=exam_id))
    return render_template("exams/marks.html", exam=found, form=form)


def _marks_data(exam: queries.ExamView) -> dict[str, object]:
    return {
        "three": exam.marks.get(3),
        "four": exam.marks.get(4),
        "five": exam.marks.get(5),
        "source": exam.marks_source,
        "year": exam.marks_year or exam.year,
    }


def _thresholds(form: MarksForm) -> MarkThresholds:
    return MarkThresholds(
        three=form.three.data,
        four=form.four.data,
        five=form.five.data,
        source=form.source.data,
        year=form.year.data,
    )
