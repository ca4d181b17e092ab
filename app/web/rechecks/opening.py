"""Handing works over to the commission: one code, a class, a school, a whole list."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.errors import Refusal
from app.models import Ground, Method
from app.queries import exams as exam_queries
from app.queries import places
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    today,
    transaction,
)
from app.web.fields import DayField, as_uuid, asked_id, choices
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.rechecks.blueprint import GROUNDS, METHODS, blueprint
from app.web.rechecks.handing import is_despite, tell
from app.web.words import choices_of, exam_title

EVERYTHING = ""


class OpeningForm(PostedForm):
    """What is handed over, and why."""

    exam = SelectField(_("Работа"), coerce=as_uuid)
    place = SelectField(_("Школа или класс"))
    codes = TextAreaField(
        _("Коды участников"),
        [Length(max=20000)],
        description=_("Один или несколько, без имён. Пусто — все работы школы или класса."),
    )
    ground = RadioField(_("Основание"), [DataRequired()])
    reason = TextAreaField(_("Обоснование"), [DataRequired(), Length(max=4000)])
    received_on = DayField(
        _("Работы переданы комиссии"),
        [DataRequired()],
        description=_("Со следующего дня идут семь рабочих дней."),
    )
    method = SelectField(_("Порядок перепроверки"))


@blueprint.route("/new", methods=["GET", "POST"])
@access(Permission.LODGE_RECHECK)
def new_case() -> str | Response:
    """A new hand-over."""
    form = OpeningForm()
    with reading() as session:
        _fill_choices(session, form)
    if form.received_on.data is None:
        form.received_on.data = today()
    forecast = None
    if form.validate_on_submit():
        forecast = None if is_despite() else _short_forecast(form)
    if form.is_submitted() and not form.errors and forecast is None:
        with refusals_flashed(), transaction() as session:
            opened = _open(session, form)
            tell(opened)
            return redirect(url_for("rechecks.handover", handover_id=opened.handover.id))
    return render_template(
        "rechecks/new.html", form=form, may_choose=_may_choose(), forecast=forecast
    )


def _short_forecast(form: OpeningForm) -> queries.Forecast | None:
    """What the commission could not finish in time, told before anything is opened."""
    with reading() as session:
        found = queries.forecast_opening(
            session,
            actor=actor(),
            script_ids=_pick(session, form).script_ids,
            method=_method(form),
            received_on=form.received_on.data,
            today=today(),
        )
    return found if found is not None and found.short else None


def _may_choose() -> bool:
    """A school takes the campaign's procedure; a coordinator may choose another."""
    return bool(actor().municipality_ids(Permission.LODGE_RECHECK))


def _fill_choices(session: Session, form: OpeningForm) -> None:
    form.exam.choices = choices(
        (line.id, f"{exam_title(line)} · {campaign.name}")
        for campaign in exam_queries.list_campaigns(session, actor=actor())
        for line in campaign.exams
    )
    schools = places.list_schools(session, actor=actor(), permission=Permission.LODGE_RECHECK)
    classes = queries.list_class_choices(session, actor=actor())
    all_schools = [(EVERYTHING, _("все школы"))] if len(schools) > 1 else []
    form.place.choices = choices(
        [
            *all_schools,
            *(
                pair
                for one in schools
                for pair in (
                    (f"school:{one.id}", one.name),
                    *((f"class:{key}", name) for key, of, name in classes if of == one.id),
                )
            ),
        ]
    )
    form.ground.choices = [one for one in choices_of(GROUNDS) if Ground(one.value) in _grounds()]
    form.method.choices = [*choices([("", _("как задано в кампании"))]), *choices_of(METHODS)]


def _grounds() -> frozenset[Ground]:
    """Grounds that the person may use: a disagreement is the school's, the others are not."""
    own = {Ground.DISAGREEMENT} if actor().school_ids(Permission.LODGE_RECHECK) else set()
    wide = set(Ground) - {Ground.DISAGREEMENT} if _may_choose() else set()
    return frozenset(own | wide)


def _pick(session: Session, form: OpeningForm) -> queries.Picked:
    school_id, class_id = _place(form.place.data)
    return queries.pick_works(
        session,
        actor=actor(),
        exam_id=form.exam.data,
        school_id=school_id,
        class_id=class_id,
        codes=form.codes.data or "",
    )


def _method(form: OpeningForm) -> Method | None:
    return Method(form.method.data) if form.method.data and _may_choose() else None


def _open(session: Session, form: OpeningForm) -> services.Opened:
    picked = _pick(session, form)
    if picked.unknown:
        raise Refusal(
            "Работ с такими кодами здесь нет: %(codes)s. Проверьте код, школу и предмет.",
            codes=", ".join(picked.unknown[:10]),
        )
    if picked.ambiguous:
        raise Refusal(
            "Эти коды есть в нескольких школах: %(codes)s. Выберите школу.",
            codes=", ".join(picked.ambiguous[:10]),
        )
    return services.hand_over(
        session,
        store=installation().store,
        script_ids=picked.script_ids,
        opening=services.Opening(
            ground=Ground(form.ground.data),
            reason=form.reason.data,
            received_on=form.received_on.data,
            method=_method(form),
        ),
        by=actor(),
        at=now(),
    )


def _place(chosen: str) -> tuple[UUID | None, UUID | None]:
    kind, _colon, key = chosen.partition(":")
    if kind == "school":
        return asked_id(key), None
    return (None, asked_id(key)) if kind == "class" else (None, None)
