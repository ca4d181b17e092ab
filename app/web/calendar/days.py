"""Days that differ and confirmed years: put in, taken back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from app.access import Permission
from app.queries import calendar as queries
from app.services import calendar as services
from app.web.calendar.door import EVERYWHERE, KINDS, blueprint, place_value
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import YEARS, DayField, choices, whole
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.words import choices_of
from scoring import DayKind


class PlaceForm(PostedForm):
    """Whose calendar, and by which act."""

    place = SelectField(_("Где действует"))
    source = StringField(
        _("Каким актом установлено"),
        [DataRequired(), Length(max=services.LONGEST_SOURCE)],
        description=_("Например: Закон Республики от 11.02.1992 № 1448, статья 1."),
    )

    @property
    def municipality_id(self) -> UUID | None:
        """The chosen municipality; None for all of them."""
        return None if self.place.data == EVERYWHERE else UUID(self.place.data)


class DayForm(PlaceForm):
    """One day that differs."""

    day = DayField(_("День"), [DataRequired()])
    kind = SelectField(_("Какой это день"), choices=choices_of(KINDS))


class YearForm(PlaceForm):
    """A year whose moved days are all here."""

    year = IntegerField(_("Год"), [DataRequired(), NumberRange(min=YEARS[0], max=YEARS[-1])])


def fill_places(session: Session, form: PlaceForm) -> None:
    """Offer the calendars that the person keeps; the one of the address first."""
    kept = [one for one in queries.list_places(session, actor=actor()) if one.may_keep]
    form.place.choices = choices(
        (place_value(one), one.name or str(_("все муниципалитеты"))) for one in reversed(kept)
    )
    wanted = request.args.get("place", "")
    if not form.is_submitted() and wanted in {choice.value for choice in form.place.choices}:
        form.place.data = wanted


@blueprint.route("/days/new", methods=["GET", "POST"])
@access(Permission.KEEP_CALENDAR)
def add_day() -> str | Response:
    """Say what a day is."""
    form = DayForm()
    with reading() as session:
        fill_places(session, form)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            entry = services.DayEntry(
                day=form.day.data, kind=DayKind(form.kind.data), source=form.source.data
            )
            services.set_day(
                session, municipality_id=form.municipality_id, entry=entry, by=actor(), at=now()
            )
            say("День записан. Сроки открытых дел остались прежними.")
            return redirect(_year_page(form.place.data, entry.day.year))
    return render_template("calendar/day.html", form=form)


@blueprint.post("/days/<uuid:override_id>/withdraw")
@access(Permission.KEEP_CALENDAR)
def withdraw_day(override_id: UUID) -> Response:
    """Take a day back."""
    with refusals_flashed(), transaction() as session:
        services.withdraw_day(session, override_id=override_id, by=actor(), at=now())
        say("День снова такой, как в производственном календаре.")
    return redirect(_year_page(request.form.get("place", ""), request.form.get("year", "")))


@blueprint.route("/years/new", methods=["GET", "POST"])
@access(Permission.KEEP_CALENDAR)
def confirm_year() -> str | Response:
    """Confirm a year by an act."""
    form = YearForm()
    with reading() as session:
        fill_places(session, form)
    if form.year.data is None:
        form.year.data = request.args.get("year", today().year, type=whole)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.confirm_year(
                session,
                municipality_id=form.municipality_id,
                year=form.year.data,
                source=form.source.data,
                by=actor(),
                at=now(),
            )
            say("Переносы года подтверждены.")
            return redirect(_year_page(form.place.data, form.year.data))
    return render_template("calendar/confirm.html", form=form)


@blueprint.post("/years/<uuid:year_id>/withdraw")
@access(Permission.KEEP_CALENDAR)
def withdraw_year(year_id: UUID) -> Response:
    """Take a year's confirmation back."""
    with refusals_flashed(), transaction() as session:
        services.withdraw_year(session, year_id=year_id, by=actor(), at=now())
        say("Год снова не подтверждён.")
    return redirect(_year_page(request.form.get("place", ""), request.form.get("year", "")))


def _year_page(place: str, year: int | str) -> str:
    return url_for("calendar.index", place=place or None, year=year or None)
