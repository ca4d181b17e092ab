"""The list of campaigns and exams, and new ones."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from app.access import Permission
from app.queries import exams as queries
from app.services import exams as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.fields import as_uuid, choices
from app.web.guard import access
from app.web.posted import PostedForm


class CampaignForm(PostedForm):
    """A new campaign."""

    municipality = SelectField(_("Муниципалитет"), coerce=as_uuid)
    name = StringField(
        _("Название"), [DataRequired(), Length(max=200)], description=_("Например: ВПР 2026.")
    )
    year = IntegerField(_("Год"), [DataRequired(), NumberRange(min=2015, max=2100)])


@blueprint.get("/")
@access(Permission.VIEW_EXAM)
def index() -> str:
    """Campaigns with their exams."""
    with reading() as session:
        campaigns = queries.list_campaigns(session, actor=actor())
    return render_template(
        "exams/index.html", campaigns=campaigns, may_edit=actor().holds(Permission.EDIT_EXAM)
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def new_campaign() -> str | Response:
    """A new campaign."""
    form = CampaignForm()
    with reading() as session:
        places = queries.list_editable_municipalities(session, actor=actor())
    form.municipality.choices = choices((place.id, place.name) for place in places)
    if form.year.data is None:
        form.year.data = now().year
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.create_campaign(
                session,
                municipality_id=form.municipality.data,
                name=form.name.data,
                year=form.year.data,
                by=actor(),
                at=now(),
            )
            say("Кампания создана. Добавьте в неё работы.")
            return redirect(url_for("exams.index"))
    return render_template("exams/campaign.html", form=form)
