"""Pages of the register of schools."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.queries.registers import list_municipalities, list_schools, show_school
from app.services import registers
from app.services.registers import SchoolEntry
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.registers.door import MANAGERS, blueprint

_PARTICIPATING = {"yes": True, "no": False}


class SchoolForm(PostedForm):
    """One school."""

    municipality = SelectField(_("Муниципалитет"), [DataRequired()])
    login = StringField(
        _("Логин ОО"),
        [DataRequired(), Length(max=20)],
        description=_("Логин школы в федеральной системе, например edu123456."),
    )
    name = StringField(_("Краткое название"), [DataRequired(), Length(max=200)])
    participating = BooleanField(_("Участвует в проверках этого года"), default=True)


@blueprint.get("/schools")
@access(*MANAGERS)
def schools() -> str:
    """The visitor's schools."""
    with reading() as session:
        found = list_schools(
            session,
            by=actor(),
            text=request.args.get("q", ""),
            participating=_PARTICIPATING.get(request.args.get("participating", "")),
        )
    return render_template("registers/schools.html", schools=found)


@blueprint.route("/schools/new", methods=["GET", "POST"])
@access(Permission.MANAGE_MUNICIPALITY)
def add_school() -> str | Response:
    """Add one school."""
    form = _form()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, None)
            return redirect(url_for("registers.schools"))
    return render_template("registers/school.html", form=form, school=None)


@blueprint.route("/schools/<uuid:school_id>", methods=["GET", "POST"])
@access(Permission.MANAGE_MUNICIPALITY)
def change_school(school_id: UUID) -> str | Response:
    """Correct one school."""
    with reading() as session:
        school = show_school(session, school_id=school_id, by=actor())
    form = _form(obj=school)
    if request.method == "GET":
        form.municipality.data = str(school.municipality_id)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form, school_id)
            return redirect(url_for("registers.schools"))
    return render_template("registers/school.html", form=form, school=school)


def _form(obj: object = None) -> SchoolForm:
    form = SchoolForm(obj=obj)
    with reading() as session:
        found = list_municipalities(session, by=actor())
    form.municipality.choices = [SelectChoice(value=str(one.id), label=one.name) for one in found]
    return form


def _save(session: Session, form: SchoolForm, school_id: UUID | None) -> None:
    registers.save_school(
        session,
        municipality_id=UUID(form.municipality.data),
        entry=SchoolEntry(
            login=form.login.data,
            name=form.name.data,
            participating=form.participating.data,
        ),
        school_id=school_id,
        by=actor(),
        at=now(),
    )
    say("Школа сохранена.")


@blueprint.post("/schools/<uuid:school_id>/remove")
@access(Permission.MANAGE_MUNICIPALITY)
def remove_school(school_id: UUID) -> Response:
    """Remove a school on which nothing depends."""
    with refusals_flashed(), transaction() as session:
        registers.remove_school(session, school_id=school_id, by=actor(), at=now())
        say("Школа удалена.")
    return redirect(url_for("registers.schools"))
