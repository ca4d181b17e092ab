"""How a campaign counts terms, and what a member of its commission does a day."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField
from wtforms.validators import DataRequired, NumberRange

from app.access import Permission
from app.bridge.terms import Pace
from app.queries import calendar as queries
from app.services import calendar as services
from app.web.calendar.door import POLICIES, WEEKS, blueprint
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.words import choices_of
from scoring import DecreeDays, WorkWeek


class PaceForm(PostedForm):
    """The campaign's clock."""

    week = RadioField(_("Рабочая неделя"), choices=choices_of(WEEKS))
    decree_days = RadioField(_("Нерабочие дни по указу"), choices=choices_of(POLICIES))
    minutes_per_work = IntegerField(
        _("Минут на одну работу"),
        [DataRequired(), NumberRange(min=1, max=480)],
        description=_("Русский язык обычно занимает 20-30 минут."),
    )
    minutes_a_day = IntegerField(
        _("Минут в день у члена комиссии"), [DataRequired(), NumberRange(min=1, max=720)]
    )


@blueprint.route("/campaigns/<uuid:campaign_id>", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def pace(campaign_id: UUID) -> str | Response:
    """The setting of one campaign."""
    with reading() as session:
        found = queries.get_pace(session, campaign_id=campaign_id, actor=actor())
    form = PaceForm(obj=found.pace)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.set_pace(
                session, campaign_id=campaign_id, pace=_pace(form), by=actor(), at=now()
            )
            say("Записано. Сроки открытых дел остались прежними.")
            return redirect(url_for("calendar.index"))
    return render_template("calendar/pace.html", form=form, campaign=found)


def _pace(form: PaceForm) -> Pace:
    return Pace(
        week=WorkWeek(int(form.week.data)),
        decree_days=DecreeDays(form.decree_days.data),
        minutes_per_work=form.minutes_per_work.data,
        minutes_a_day=form.minutes_a_day.data,
    )
