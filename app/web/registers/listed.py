"""Pages of the register of schools with non-objective results."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from app.access import Permission
from app.queries.registers import list_listings
from app.services import registers
from app.services.registers import ListingEntry
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import choices
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.registers.door import MANAGERS, asked_school, blueprint, own_schools


class ListingForm(PostedForm):
    """A school of a year's list."""

    school = SelectField(_("Школа"), [DataRequired()])
    year = IntegerField(_("Год списка"), [DataRequired(), NumberRange(min=2015, max=2100)])
    source = StringField(
        _("Каким документом назван список"),
        [DataRequired(), Length(max=300)],
        description=_("Например: письмо министерства от 12.09.2025 № 4-17."),
    )


@blueprint.get("/listed")
@access(*MANAGERS)
def listed() -> str:
    """The lists of all years."""
    school_id = asked_school()
    with reading() as session:
        found = list_listings(
            session,
            by=actor(),
            today=today(),
            school_id=school_id,
            withdrawn="withdrawn" in request.args,
        )
    return render_template(
        "registers/listed.html", listings=found, schools=own_schools(), school_id=school_id
    )


@blueprint.route("/listed/new", methods=["GET", "POST"])
@access(Permission.MANAGE_MUNICIPALITY)
def add_listing() -> str | Response:
    """Enter one school."""
    form = ListingForm()
    form.school.choices = choices((one.login, one.name) for one in own_schools())
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form)
            return redirect(url_for("registers.listed"))
    return render_template("registers/listing.html", form=form)


def _save(session: Session, form: ListingForm) -> None:
    entry = ListingEntry(
        login=form.school.data, year=form.year.data, source=form.source.data.strip()
    )
    registers.save_listing(session, entry=entry, by=actor(), at=now())
    say("Школа записана в список.")


@blueprint.post("/listed/<uuid:listing_id>/withdraw")
@access(Permission.MANAGE_MUNICIPALITY)
def withdraw_listing(listing_id: UUID) -> Response:
    """Take a school out of a list."""
    with refusals_flashed(), transaction() as session:
        registers.withdraw_listing(session, listing_id=listing_id, by=actor(), at=now())
        say("Школа убрана из списка. Дела, открытые по нему, остались.")
    return redirect(url_for("registers.listed"))
