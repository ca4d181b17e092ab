"""Proposing and placing: forms of one candidate."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.access import Permission
from app.errors import NotYours
from app.queries import observers as queries
from app.queries.places import list_schools
from app.services import observers as services
from app.services.observers.candidates import LONGEST_NAME, LONGEST_TELEPHONE, MOST_DAYS
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fields import choices
from app.web.guard import access
from app.web.observers.door import blueprint
from app.web.posted import PostedForm


class CandidateForm(PostedForm):
    """A grown-up who is ready to watch."""

    school = SelectField(_("Какая школа предлагает"), [DataRequired()])
    name = StringField(
        _("Фамилия, имя, отчество наблюдателя"),
        [DataRequired(), Length(max=LONGEST_NAME)],
        description=_("Взрослый: родитель, член общественного совета. Не участник ВПР."),
    )
    telephone = StringField(_("Телефон"), [Length(max=LONGEST_TELEPHONE)])
    most_days = IntegerField(
        _("Сколько дней готов наблюдать"),
        [DataRequired(), NumberRange(min=1, max=MOST_DAYS)],
        default=1,
    )
    tied_to = SelectMultipleField(
        _("Другие школы, где есть личный интерес"),
        description=_("Там учится его ребёнок, он там работает или работал. Туда его не направят."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class PlaceForm(PostedForm):
    """A school and a day for one observer."""

    observer = SelectField(_("Наблюдатель"), [DataRequired()])
    seat = SelectField(_("День и школа"), [DataRequired()])


@blueprint.route("/<uuid:campaign_id>/candidates/new", methods=["GET", "POST"])
@access(Permission.MANAGE_SCHOOL)
def propose(campaign_id: UUID) -> str | Response:
    """Propose a candidate."""
    form = CandidateForm()
    with reading() as session:
        desk = queries.get_desk(session, campaign_id=campaign_id, actor=actor())
        _fill_schools(session, form, desk)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _propose(session, form, campaign_id)
            say("Наблюдатель предложен.")
            return redirect(url_for("observers.index", campaign=campaign_id))
    return render_template("observers/candidate.html", form=form, desk=desk)


def _fill_schools(session: Session, form: CandidateForm, desk: queries.Desk) -> None:
    if not desk.may_propose:
        raise NotYours
    own = list_schools(session, actor=actor(), permission=Permission.MANAGE_SCHOOL)
    form.school.choices = choices((one.id, one.name) for one in own)
    form.tied_to.choices = choices(desk.schools)


def _propose(session: Session, form: CandidateForm, campaign_id: UUID) -> None:
    services.propose(
        session,
        campaign_id=campaign_id,
        school_id=UUID(form.school.data),
        candidate=services.Candidate(
            name=form.name.data,
            telephone=form.telephone.data or "",
            most_days=form.most_days.data,
            tied_to=frozenset(map(UUID, form.tied_to.data or ())),
        ),
        by=actor(),
        at=now(),
    )


@blueprint.post("/candidates/<uuid:observer_id>/withdraw")
@access(Permission.MANAGE_SCHOOL)
def withdraw(observer_id: UUID) -> Response:
    """Take a candidate back."""
    with refusals_flashed(), transaction() as session:
        services.withdraw(session, observer_id=observer_id, by=actor(), at=now())
        say("Наблюдатель снят. Выходы без актов сняты вместе с ним.")
    return redirect(url_for("observers.index"))


@blueprint.route("/<uuid:campaign_id>/place", methods=["GET", "POST"])
@access(Permission.MANAGE_MUNICIPALITY)
def place(campaign_id: UUID) -> str | Response:
    """Place one observer by hand."""
    form = PlaceForm()
    with reading() as session:
        desk = queries.get_desk(session, campaign_id=campaign_id, actor=actor())
    if not desk.may_place:
        raise NotYours
    form.observer.choices = choices(
        (one.id, f"{one.name} ({one.school})") for one in desk.candidates
    )
    form.seat.choices = choices(
        (f"{day.day.isoformat()}/{school.id}", f"{day.day:%d.%m.%Y}, {school.name}")
        for day in desk.days
        for school in day.schools
    )
    if form.validate_on_submit():
        day, _slash, school = form.seat.data.partition("/")
        with refusals_flashed(), transaction() as session:
            services.place(
                session,
                observer_id=UUID(form.observer.data),
                school_id=UUID(school),
                day=date.fromisoformat(day),
                by=actor(),
                at=now(),
            )
            say("Наблюдатель назначен.")
            return redirect(url_for("observers.index", campaign=campaign_id))
    return render_template("observers/place.html", form=form, desk=desk)
