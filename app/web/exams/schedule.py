"""An exam: its page, a new one, its schedule and rules."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.access import Permission
from app.models import AgreedRule
from app.queries import exams as queries
from app.services import exams as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.fields import DayField, choices
from app.web.guard import access
from app.web.posted import PostedForm

AGREED_RULES = choices(
    [
        (AgreedRule.MEAN_UP.value, _("среднее, с округлением вверх")),
        (AgreedRule.HIGHER.value, _("больший из двух")),
        (AgreedRule.FIRST.value, _("первая проверка")),
    ]
)


class ExamForm(PostedForm):
    """Schedule and rules of an exam."""

    subject = StringField(_("Предмет"), [DataRequired(), Length(max=100)])
    grade = IntegerField(_("Класс"), [InputRequired(), NumberRange(min=1, max=11)])
    held_on = DayField(_("День работы"), [DataRequired()])
    criteria_open_at_local = TimeField(
        _("Открыть критерии в"),
        [DataRequired()],
        default=time(14, 0),
        description=_("По местному времени, не раньше 14:00."),
    )
    scoring_ends_on = DayField(_("Последний день проверки"), [DataRequired()])
    form_due_on = DayField(_("Форму загрузить до"), [DataRequired()])
    results_on = DayField(
        _("Официальные результаты"),
        [Optional()],
        description=_("От этого дня считаются сроки для семей и анализа."),
    )
    pages_expected = IntegerField(
        _("Страниц в работе"),
        [Optional(), NumberRange(min=1, max=100)],
        description=_("Оставьте пустым, если у работ разное число страниц."),
    )
    experts_per_script = IntegerField(
        _("Проверок каждой работы"),
        [InputRequired(), NumberRange(min=1, max=2)],
        default=1,
        description=_("Две — если работу проверяют два эксперта независимо."),
    )
    distinct_schools = BooleanField(_("Эксперты одной работы — из разных школ"))
    sum_tolerance = IntegerField(
        _("Допустимая разница суммы баллов"),
        [InputRequired(), NumberRange(min=0, max=100)],
        default=1,
        description=_("Больше — зовём третьего эксперта."),
    )
    criterion_tolerance = IntegerField(
        _("Допустимая разница по одному критерию"),
        [InputRequired(), NumberRange(min=0, max=100)],
        default=1,
    )
    agreed_rule = SelectField(_("Согласованный балл"), choices=AGREED_RULES)

    def spec(self) -> services.ExamSpec:
        """What was typed, as the service takes it."""
        return services.ExamSpec(
            subject=self.subject.data,
            grade=self.grade.data,
            held_on=self.held_on.data,
            criteria_open_at_local=self.criteria_open_at_local.data,
            scoring_ends_on=self.scoring_ends_on.data,
            form_due_on=self.form_due_on.data,
            results_on=self.results_on.data,
            experts_per_script=self.experts_per_script.data,
            distinct_schools=self.distinct_schools.data,
            sum_tolerance=self.sum_tolerance.data,
            criterion_tolerance=self.criterion_tolerance.data,
            agreed_rule=AgreedRule(self.agreed_rule.data),
            pages_expected=self.pages_expected.data,
        )


@blueprint.route("/campaigns/<uuid:campaign_id>/new", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def new_exam(campaign_id: UUID) -> str | Response:
    """A new exam of a campaign."""
    form = ExamForm()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            exam = services.create_exam(
                session, campaign_id=campaign_id, spec=form.spec(), by=actor(), at=now()
            )
            say("Работа добавлена. Теперь критерии.")
            return redirect(url_for("exams.criteria", exam_id=exam.id))
    return render_template("exams/schedule.html", form=form, exam=None)


@blueprint.get("/<uuid:exam_id>")
@access(Permission.VIEW_EXAM)
def exam(exam_id: UUID) -> str:
    """One exam: everything that is set up, and what is not yet."""
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
    return render_template("exams/exam.html", exam=found)


@blueprint.route("/<uuid:exam_id>/schedule", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def schedule(exam_id: UUID) -> str | Response:
    """Schedule and rules of an exam."""
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
    form = ExamForm(obj=found)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.change_exam(session, exam_id=exam_id, spec=form.spec(), by=actor(), at=now())
            say("Сохранено.")
            return redirect(url_for("exams.exam", exam_id=exam_id))
    return render_template("exams/schedule.html", form=form, exam=found)
