"""Pages of the register of conflicts of interest."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.models import ConflictCategory, ConflictLevel
from app.queries.registers import list_conflicts, list_experts
from app.services import registers
from app.services.registers import ConflictEntry
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.registers.door import MANAGERS, asked_school, blueprint, own_schools
from app.web.words import CATEGORIES, LEVELS, choices_of


class ConflictForm(PostedForm):
    """One conflict, by the names that people use."""

    expert = SelectField(_("Эксперт"), [DataRequired()])
    level = SelectField(_("На что распространяется"), choices=choices_of(LEVELS))
    reference = StringField(
        _("С кем"),
        [DataRequired(), Length(max=60)],
        description=_(
            "Школа: edu123456. Класс: edu123456/4А. Одна работа: edu123456/00012. Без имён."
        ),
    )
    category = SelectField(_("Причина"), choices=choices_of(CATEGORIES))


@blueprint.get("/conflicts")
@access(*MANAGERS)
def conflicts() -> str:
    """Conflicts of experts of the visitor's schools."""
    school_id = asked_school()
    with reading() as session:
        found = list_conflicts(
            session, by=actor(), school_id=school_id, withdrawn="withdrawn" in request.args
        )
    return render_template(
        "registers/conflicts.html",
        conflicts=found,
        schools=own_schools(),
        school_id=school_id,
        levels=LEVELS,
        categories=CATEGORIES,
    )


@blueprint.route("/conflicts/new", methods=["GET", "POST"])
@access(*MANAGERS)
def add_conflict() -> str | Response:
    """Declare one conflict."""
    form = ConflictForm()
    with reading() as session:
        found = list_experts(session, by=actor())
    form.expert.choices = [
        SelectChoice(value=one.login, label=f"{one.display_name} ({one.login})") for one in found
    ]
    if request.method == "GET" and request.args.get("expert") in {one.login for one in found}:
        form.expert.data = request.args["expert"]
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            _save(session, form)
            return redirect(url_for("registers.conflicts"))
    return render_template("registers/conflict.html", form=form)


def _save(session: Session, form: ConflictForm) -> None:
    registers.save_conflict(
        session,
        entry=ConflictEntry(
            login=form.expert.data,
            level=ConflictLevel(form.level.data),
            reference=form.reference.data.strip(),
            category=ConflictCategory(form.category.data),
        ),
        by=actor(),
        at=now(),
    )
    say("Конфликт интересов записан.")


@blueprint.post("/conflicts/<uuid:conflict_id>/withdraw")
@access(*MANAGERS)
def withdraw_conflict(conflict_id: UUID) -> Response:
    """Take a conflict back."""
    with refusals_flashed(), transaction() as session:
        registers.withdraw_conflict(session, conflict_id=conflict_id, by=actor(), at=now())
        say("Конфликт интересов снят.")
    return redirect(url_for("registers.conflicts"))
