"""What the order sets for a campaign: dates and terms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.access import Permission
from app.bridge.schedule import Order
from app.errors import NotYours
from app.queries import schedule as queries
from app.services import schedule as services
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import DayField
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.schedule.door import blueprint
from scoring import OrderDates, Terms

_DAYS = NumberRange(min=1, max=100)


class OrderForm(PostedForm):
    """Dates and terms by the order."""

    document = StringField(
        _("Приказ с планом-графиком"),
        [DataRequired(), Length(max=300)],
        description=_("Например: приказ управления образования от 20.01.2026 № 17."),
    )
    list_due_on = DayField(_("Список ОО сверить до"), [Optional()])
    accounts_received_on = DayField(
        _("Учётные записи получены"),
        [Optional()],
        description=_("От этого дня считаются два дня на раздачу."),
    )
    applications_due_on = DayField(_("Заявки подать до"), [Optional()])
    questionnaires_due_on = DayField(_("Анкеты заполнить до"), [Optional()])
    timetable_due_on = DayField(_("Расписание составить до"), [Optional()])
    results_on = DayField(
        _("Официальные результаты"),
        [Optional()],
        description=_("Для работ, у которых нет своей даты."),
    )
    accounts_days = IntegerField(_("Раздать учётные записи, дней"), [InputRequired(), _DAYS])
    scans_days = IntegerField(_("Загрузить сканы, рабочих дней"), [InputRequired(), _DAYS])
    scoring_days = IntegerField(
        _("Проверить, рабочих дней"),
        [Optional(), _DAYS],
        description=_("Для работ, у которых план-график не называет дату."),
    )
    form_days = IntegerField(_("Загрузить форму, рабочих дней"), [Optional(), _DAYS])
    families_days = IntegerField(_("Сообщить семьям, рабочих дней"), [InputRequired(), _DAYS])
    analysis_days = IntegerField(_("Анализ школы, рабочих дней"), [InputRequired(), _DAYS])

    def order(self) -> Order:
        """What was typed, as the service takes it."""
        return Order(
            document=self.document.data,
            dates=OrderDates(**self._named(OrderDates)),
            terms=Terms(**self._named(Terms)),
            results_on=self.results_on.data,
        )

    def _named(self, kind: type[OrderDates | Terms]) -> dict[str, Any]:
        return {name: self[name].data for name in kind.__dataclass_fields__}


@blueprint.route("/<uuid:campaign_id>/order", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def order(campaign_id: UUID) -> str | Response:
    """Write the order down."""
    with reading() as session:
        found = queries.get_schedule(session, campaign_id=campaign_id, actor=actor(), today=today())
    if not found.editable:
        raise NotYours
    given = found.order
    facts = {**asdict(given.dates), **asdict(given.terms), "results_on": given.results_on}
    form = OrderForm(data={**facts, "document": given.document})
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.set_order(
                session, campaign_id=campaign_id, order=form.order(), by=actor(), at=now()
            )
            say("График записан. Сроки посчитаны заново.")
            return redirect(url_for("schedule.campaign", campaign_id=campaign_id))
    return render_template("schedule/order.html", form=form, campaign=found)
