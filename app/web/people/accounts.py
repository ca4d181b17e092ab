"""One account: made, given roles, handed a new password, closed."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.access import Role
from app.printing.slips import Account
from app.queries.people import list_places, show_person
from app.services import accounts
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.fields import prompted
from app.web.guard import access
from app.web.people.choices import place_choices, read_place, role_choices
from app.web.people.door import MANAGERS, blueprint
from app.web.people.sheet import accounts_of, sheet_page
from app.web.posted import PostedForm


class RoleForm(PostedForm):
    """A role in a place."""

    role = SelectField(_("Роль"), [DataRequired()])
    place = SelectField(_("Где"), [DataRequired()])


class AccountForm(RoleForm):
    """Who gets an account."""

    display_name = StringField(
        _("Фамилия, имя, отчество сотрудника"), [DataRequired(), Length(max=200)]
    )
    login = StringField(
        _("Логин"),
        [DataRequired(), Length(max=64)],
        description=_("Латинские буквы и цифры, например ivanova."),
    )


def _offer(session: Session, form: RoleForm) -> None:
    form.role.choices = prompted(role_choices(actor()))
    form.place.choices = prompted(place_choices(list_places(session, by=actor())))


@blueprint.route("/new", methods=["GET", "POST"])
@access(*MANAGERS)
def create() -> str:
    """A new account with its first role."""
    form = AccountForm()
    with reading() as session:
        _offer(session, form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            return sheet_page(_make(session, form))
    return render_template("people/new.html", form=form)


def _make(session: Session, form: AccountForm) -> list[Account]:
    issued = accounts.create_account(
        session,
        login=form.login.data,
        display_name=form.display_name.data,
        role=Role(form.role.data),
        place=read_place(form.place.data),
        by=actor(),
        at=now(),
    )
    return accounts_of(session, [issued], by=actor(), at=now())


@blueprint.get("/<uuid:person_id>")
@access(*MANAGERS)
def show(person_id: UUID) -> str:
    """One person: roles, and what can be done with the account."""
    form = RoleForm()
    with reading() as session:
        person = show_person(session, person_id=person_id, by=actor(), at=now())
        _offer(session, form)
    return render_template("people/show.html", person=person, form=form)


@blueprint.post("/<uuid:person_id>/roles")
@access(*MANAGERS)
def grant_role(person_id: UUID) -> Response:
    """Give one more role."""
    form = RoleForm()
    with reading() as session:
        _offer(session, form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            accounts.grant_role(
                session,
                person_id=person_id,
                role=Role(form.role.data),
                place=read_place(form.place.data),
                by=actor(),
                at=now(),
            )
            say("Роль дана. Человеку нужно войти заново.")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/roles/<uuid:grant_id>/revoke")
@access(*MANAGERS)
def revoke_role(person_id: UUID, grant_id: UUID) -> Response:
    """Take a role away."""
    with refusals_flashed(), transaction() as session:
        accounts.revoke_role(session, grant_id=grant_id, by=actor(), at=now())
        say("Роль снята, открытые входы этого человека закрыты.")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/password")
@access(*MANAGERS)
def reset_password(person_id: UUID) -> str | Response:
    """A new first password, shown once."""
    made = []
    with refusals_flashed(), transaction() as session:
        issued = accounts.reset_password(session, person_id=person_id, by=actor(), at=now())
        made = accounts_of(session, [issued], by=actor(), at=now())
    return sheet_page(made) if made else redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/sessions/end")
@access(*MANAGERS)
def end_sessions(person_id: UUID) -> Response:
    """End every session of the person."""
    with refusals_flashed(), transaction() as session:
        accounts.end_sessions(session, person_id=person_id, by=actor(), at=now())
        say("Все входы этого человека закрыты.")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/factor/reset")
@access(*MANAGERS)
def reset_factor(person_id: UUID) -> Response:
    """Take the second factor off somebody who lost his telephone."""
    with refusals_flashed(), transaction() as session:
        accounts.reset_factor(session, person_id=person_id, by=actor(), at=now())
        say("Второй фактор снят, открытые входы этого человека закрыты.")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/close")
@access(*MANAGERS)
def close(person_id: UUID) -> Response:
    """Close the account."""
    with refusals_flashed(), transaction() as session:
        accounts.close_account(session, person_id=person_id, by=actor(), at=now())
        say("Учётная запись закрыта: войти под ней нельзя.")
    return redirect(url_for("people.show", person_id=person_id))


@blueprint.post("/<uuid:person_id>/reopen")
@access(*MANAGERS)
def reopen(person_id: UUID) -> Response:
    """Open the account again."""
    with refusals_flashed(), transaction() as session:
        accounts.reopen_account(session, person_id=person_id, by=actor(), at=now())
        say("Учётная запись снова открыта.")
    return redirect(url_for("people.show", person_id=person_id))
