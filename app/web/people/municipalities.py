"""Municipalities and territories of responsible coordinators: the administrator's page."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.errors import NotYours
from app.models import Territory
from app.queries.people import MunicipalityView, list_municipality_views
from app.services import municipalities
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.people.door import blueprint
from app.web.posted import PostedForm
from app.web.words import TERRITORIES, choices_of


class MunicipalityForm(PostedForm):
    """Name and time zone."""

    name = StringField(_("Название"), [DataRequired(), Length(max=200)])
    timezone = StringField(
        _("Часовой пояс"),
        [DataRequired(), Length(max=40)],
        default="Europe/Moscow",
        description=_(
            "По нему открываются критерии: не раньше 14:00 местного времени. Наберите город."
        ),
    )


class NewMunicipalityForm(MunicipalityForm):
    """A municipality with its kind, which stays."""

    territory = SelectField(_("Что это"), choices=choices_of(TERRITORIES))


@blueprint.route("/municipalities", methods=["GET", "POST"])
@access(Permission.MANAGE_INSTALLATION)
def list_municipalities() -> str | Response:
    """Every municipality, and the form for one more."""
    form = NewMunicipalityForm()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            municipalities.add_municipality(
                session,
                name=form.name.data,
                territory=Territory(form.territory.data),
                timezone=form.timezone.data.strip(),
                by=actor(),
                at=now(),
            )
            say("Добавлено. Теперь заведите координатора: «Люди и роли».")
            return redirect(url_for("people.list_municipalities"))
    with reading() as session:
        found = list_municipality_views(session, by=actor())
    return render_template(
        "people/municipalities.html", municipalities=found, form=form, territories=TERRITORIES
    )


@blueprint.route("/municipalities/<uuid:municipality_id>", methods=["GET", "POST"])
@access(Permission.MANAGE_INSTALLATION)
def change_municipality(municipality_id: UUID) -> str | Response:
    """Correct a name or a time zone."""
    form = MunicipalityForm(obj=_get(municipality_id))
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            municipalities.change_municipality(
                session,
                municipality_id=municipality_id,
                name=form.name.data,
                timezone=form.timezone.data.strip(),
                by=actor(),
                at=now(),
            )
            say("Сохранено.")
            return redirect(url_for("people.list_municipalities"))
    return render_template("people/municipality.html", form=form)


def _get(municipality_id: UUID) -> MunicipalityView:
    with reading() as session:
        for found in list_municipality_views(session, by=actor()):
            if found.id == municipality_id:
                return found
    raise NotYours
