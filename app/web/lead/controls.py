"""Controls of an exam: the rule, the works, laying them into lists, the experts."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.access import Permission
from app.errors import Refusal
from app.models import ControlUse
from app.queries import controls as queries
from app.services import controls as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fields import whole
from app.web.guard import access
from app.web.lead.blueprint import ADVICE, SIGNALS, USES, blueprint
from app.web.posted import PostedForm


class RuleForm(PostedForm):
    """The rule of controls."""

    qualifying_works = IntegerField(
        _("Работ в отборе"),
        [InputRequired(), NumberRange(min=0, max=30)],
        default=0,
        description=_("0 — без отбора. С 10 работ у эксперта появляется контрольная карта."),
    )
    most_outside = IntegerField(
        _("Из них вне допуска не больше"), [InputRequired(), NumberRange(min=0, max=30)], default=0
    )
    every = IntegerField(
        _("Работ на одну контрольную"),
        [InputRequired(), NumberRange(min=3, max=100)],
        default=12,
    )
    days = IntegerField(
        _("Дней с контрольной в начале"),
        [InputRequired(), NumberRange(min=0, max=30)],
        default=3,
        description=_("0 — каждый день проверки, до последнего. Контрольных работ нужно больше."),
    )
    total_tolerance = IntegerField(
        _("Допуск по сумме баллов"), [InputRequired(), NumberRange(min=0, max=100)], default=2
    )
    criterion_tolerance = IntegerField(
        _("Допуск по одному критерию"), [InputRequired(), NumberRange(min=0, max=100)], default=1
    )

    def spec(self) -> services.RuleSpec:
        """What was typed, as the service takes it."""
        return services.RuleSpec(**{name: getattr(self, name).data for name in _NAMES})


_NAMES = (
    "every",
    "days",
    "total_tolerance",
    "criterion_tolerance",
    "qualifying_works",
    "most_outside",
)


@blueprint.get("/exams/<uuid:exam_id>/controls")
@access(Permission.LEAD_SCORING)
def controls(exam_id: UUID) -> str:
    """The controls of an exam."""
    after = request.args.get("after", type=whole) or 0
    with reading() as session:
        found = queries.get_controls(session, exam_id=exam_id, actor=actor(), after=after)
    return render_template(
        "lead/controls.html",
        view=found,
        form=RuleForm(obj=found.rule),
        uses=USES,
        advice=ADVICE,
        signals=SIGNALS,
        after=after,
        control=ControlUse.CONTROL,
        qualification=ControlUse.QUALIFICATION,
    )


@blueprint.post("/exams/<uuid:exam_id>/controls/rule")
@access(Permission.LEAD_SCORING)
def set_control_rule(exam_id: UUID) -> Response:
    """Keep the rule."""
    form = RuleForm()
    with refusals_flashed(), transaction() as session:
        if not form.validate():
            raise Refusal("Правила не сохранены: впишите целые числа во все поля.")
        services.set_rule(session, exam_id=exam_id, spec=form.spec(), by=actor(), at=now())
        say("Правила контроля сохранены.")
    return redirect(url_for("lead.controls", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/controls/lay")
@access(Permission.LEAD_SCORING)
def lay(exam_id: UUID) -> Response:
    """Lay controls into the experts' lists."""
    with refusals_flashed(), transaction() as session:
        laid = services.lay_controls(session, exam_id=exam_id, by=actor(), at=now())
        say("Разложено контрольных работ по спискам экспертов: %(count)s.", count=laid)
    return redirect(url_for("lead.controls", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/controls/<uuid:work_id>/withdraw")
@access(Permission.LEAD_SCORING)
def withdraw_control(exam_id: UUID, work_id: UUID) -> Response:
    """Give a control work to nobody more."""
    with refusals_flashed(), transaction() as session:
        services.withdraw_work(session, work_id=work_id, by=actor(), at=now())
        say("Работа больше никому не выдаётся как контрольная.")
    return redirect(url_for("lead.controls", exam_id=exam_id))
