"""How a campaign rechecks: method, whether points may go down, quorum."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import DataRequired, NumberRange

from app.access import Permission
from app.bridge.recheck_procedure import LARGEST_QUORUM, Procedure
from app.models import Method
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.rechecks.blueprint import METHODS, blueprint
from app.web.words import choices_of


class ProcedureForm(PostedForm):
    """The procedure."""

    method = RadioField(_("Кто и как читает работу"), [DataRequired()], choices=choices_of(METHODS))
    may_lower = BooleanField(_("Перепроверка может понизить баллы"))
    quorum = IntegerField(
        _("Кворум"),
        [DataRequired(), NumberRange(min=1, max=LARGEST_QUORUM)],
        description=_("Сколько человек комиссии, вместе с председателем, решают дело."),
    )


@blueprint.get("/procedures")
@access(Permission.EDIT_EXAM)
def procedures() -> str:
    """The procedure of every campaign."""
    with reading() as session:
        found = queries.list_procedures(session, actor=actor())
    return render_template("rechecks/procedures.html", procedures=found, methods=METHODS)


@blueprint.route("/procedures/<uuid:campaign_id>", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def procedure(campaign_id: UUID) -> str | Response:
    """Set the procedure of one campaign."""
    with reading() as session:
        shown = queries.get_procedure(session, campaign_id=campaign_id, actor=actor())
    form = ProcedureForm(
        method=shown.procedure.method.value,
        may_lower=shown.procedure.may_lower,
        quorum=shown.procedure.quorum,
    )
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.set_procedure(
                session,
                campaign_id=campaign_id,
                procedure=Procedure(
                    method=Method(form.method.data),
                    may_lower=form.may_lower.data,
                    quorum=form.quorum.data,
                ),
                by=actor(),
                at=now(),
            )
            say("Порядок записан. Переданные раньше работы читаются по прежнему порядку.")
            return redirect(url_for("rechecks.procedures"))
    return render_template("rechecks/procedure.html", shown=shown, form=form)
