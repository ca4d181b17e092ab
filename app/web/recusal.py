"""An expert's own conflicts of interest: he recuses himself, a coordinator lifts it (P 6.8)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired

from app.access import Permission
from app.models import ConflictCategory, ConflictLevel
from app.queries.registers import list_own_conflicts, list_recusal_places
from app.services import registers
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.words import CATEGORIES, choices_of

blueprint = Blueprint("recusal", __name__, url_prefix="/recusal")


class RecusalForm(PostedForm):
    """From what and why; the why is a category, never a story."""

    place = SelectField(_("Чьи работы вам проверять нельзя"), [DataRequired()])
    category = SelectField(_("Почему"), choices=choices_of(CATEGORIES))


@blueprint.route("/", methods=["GET", "POST"])
@access(Permission.SCORE)
def index() -> str | Response:
    """What he has declared, and the form for one more."""
    form = RecusalForm()
    with reading() as session:
        places = list_recusal_places(session, by=actor())
        declared = list_own_conflicts(session, by=actor())
    form.place.choices = [
        SelectChoice(value="", label=_("Выберите школу или класс")),
        *(SelectChoice(value=f"{place.level}:{place.id}", label=place.name) for place in places),
    ]
    if form.validate_on_submit():
        _recuse(form)
        return redirect(url_for("recusal.index"))
    return render_template(
        "recusal/index.html", form=form, declared=declared, appointed=bool(places)
    )


def _recuse(form: RecusalForm) -> None:
    level, _colon, ref = form.place.data.partition(":")
    with refusals_flashed(), transaction() as session:
        registers.recuse(
            session,
            level=ConflictLevel(level),
            ref=UUID(ref),
            category=ConflictCategory(form.category.data),
            by=actor(),
            at=now(),
        )
        say("Самоотвод записан. Снять его может только координатор.")
