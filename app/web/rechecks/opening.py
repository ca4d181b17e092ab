"""Opening a case for a participant's script."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.errors import Refusal
from app.models import Ground, RecheckCase
from app.queries import exams as exam_queries
from app.queries import places
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import as_uuid, choices
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, blueprint
from app.web.words import choices_of, exam_title


class OpeningForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What opens a case."""

    exam = SelectField(_("Работа"), coerce=as_uuid)
    school = SelectField(_("Школа"), coerce=as_uuid)
    code = StringField(
        _("Код участника"),
        [DataRequired(), Length(max=12)],
        description=_("Только код, без имени."),
    )
    ground = RadioField(_("Основание"), [DataRequired()], choices=choices_of(GROUNDS))
    reason = TextAreaField(_("Обоснование"), [DataRequired(), Length(max=4000)])
    received_on = DateField(
        _("Работа передана комиссии"),
        [DataRequired()],
        description=_("Со следующего дня идут семь рабочих дней."),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(Permission.LODGE_RECHECK)
def new_case() -> str | Response:
    """A new case."""
    form = OpeningForm()
    with reading() as session:
        _fill_choices(session, form)
    if form.received_on.data is None:
        form.received_on.data = today()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            opened = _open(session, form)
            say("Дело открыто, срок до %(due)s.", due=f"{opened.due_on:%d.%m.%Y}")
            return redirect(url_for("rechecks.case", case_id=opened.id))
    return render_template("rechecks/new.html", form=form)


def _fill_choices(session: Session, form: OpeningForm) -> None:
    form.exam.choices = choices(
        (line.id, f"{exam_title(line)} · {campaign.name}")
        for campaign in exam_queries.list_campaigns(session, actor=actor())
        for line in campaign.exams
    )
    form.school.choices = choices(
        (one.id, one.name)
        for one in places.list_schools(session, actor=actor(), permission=Permission.LODGE_RECHECK)
    )


def _open(session: Session, form: OpeningForm) -> RecheckCase:
    script_id = _script(session, form.exam.data, form.school.data, form.code.data)
    received: date = form.received_on.data
    return services.open_case(
        session,
        script_id=script_id,
        ground=Ground(form.ground.data),
        reason=form.reason.data,
        received_on=received,
        by=actor(),
        at=now(),
    )


def _script(session: Session, exam_id: UUID, school_id: UUID, code: str) -> UUID:
    found = queries.find_script(
        session, actor=actor(), exam_id=exam_id, school_id=school_id, code=code
    )
    if found is None:
        raise Refusal(
            "Работы с кодом «%(code)s» в этой школе нет: проверьте код, школу и предмет.", code=code
        )
    return found
