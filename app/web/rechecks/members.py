"""The commission's members, approved by an order."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import DayField, as_uuid, choices
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.rechecks.blueprint import blueprint


class MemberForm(PostedForm):
    """An expert and the order that approves him."""

    expert = SelectField(_("Эксперт"), coerce=as_uuid)
    order_number = StringField(_("Номер приказа"), [DataRequired(), Length(max=60)])
    order_on = DayField(_("Дата приказа"), [DataRequired()])


@blueprint.route("/members", methods=["GET", "POST"])
@access(Permission.RUN_RECHECK)
def members() -> str | Response:
    """The commission, and approving one more member."""
    municipality_id = min(actor().municipality_ids(Permission.RUN_RECHECK))
    form = MemberForm()
    with reading() as session:
        found = queries.list_members(session, actor=actor())
        experts = queries.list_expert_choices(session, municipality_id=municipality_id)
    form.expert.choices = choices((one.id, one.label) for one in experts)
    if form.order_on.data is None:
        form.order_on.data = today()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.appoint_member(
                session,
                municipality_id=municipality_id,
                expert_id=form.expert.data,
                order=services.Order(number=form.order_number.data, on=form.order_on.data),
                by=actor(),
                at=now(),
            )
            say("Член комиссии утверждён.")
            return redirect(url_for("rechecks.members"))
    return render_template("rechecks/members.html", members=found, form=form)


@blueprint.post("/members/<uuid:member_id>/withdraw")
@access(Permission.RUN_RECHECK)
def withdraw_member(member_id: UUID) -> Response:
    """Take a member out of the commission."""
    with refusals_flashed(), transaction() as session:
        services.withdraw_member(session, member_id=member_id, by=actor(), at=now())
        say("Член комиссии выведен.")
    return redirect(url_for("rechecks.members"))
