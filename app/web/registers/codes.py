"""Pages of participants' codes."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from app.queries.campaigns import CampaignChoice
from app.queries.registers import (
    list_campaigns,
    list_class_codes,
    show_class_codes,
)
from app.services import registers
from app.services.registers import CodeEntry
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm
from app.web.registers.door import MANAGERS, asked_school, blueprint, own_schools


class IssueForm(PostedForm):
    """How many codes to issue."""

    count = IntegerField(
        _("Сколько кодов выдать"),
        [DataRequired(), NumberRange(min=1, max=50)],
        description=_("Любые два кода школы отличаются хотя бы двумя цифрами."),
    )


class GivenForm(PostedForm):
    """One code given from outside."""

    code = StringField(_("Код, выданный ранее"), [DataRequired(), Length(max=12)])


@blueprint.get("/codes")
@access(*MANAGERS)
def codes() -> str:
    """Classes with the number of their codes in one campaign."""
    school_id = asked_school()
    with reading() as session:
        campaigns = list_campaigns(session, by=actor())
        campaign = _chosen(campaigns)
        found = (
            list_class_codes(session, campaign_id=campaign.id, by=actor(), school_id=school_id)
            if campaign
            else ()
        )
    return render_template(
        "registers/codes.html",
        campaigns=campaigns,
        campaign=campaign,
        classes=found,
        schools=own_schools(),
        school_id=school_id,
    )


def _chosen(campaigns: tuple[CampaignChoice, ...]) -> CampaignChoice | None:
    """The campaign of the address, or the newest."""
    wanted = request.args.get("campaign", "")
    named = [campaign for campaign in campaigns if str(campaign.id) == wanted]
    return next(iter((*named, *campaigns)), None)


@blueprint.get("/codes/<uuid:campaign_id>/<uuid:class_id>")
@access(*MANAGERS)
def class_codes(campaign_id: UUID, class_id: UUID) -> str:
    """The codes of one class."""
    with reading() as session:
        found = show_class_codes(session, campaign_id=campaign_id, class_id=class_id, by=actor())
    return render_template(
        "registers/class_codes.html", found=found, issue=IssueForm(), given=GivenForm()
    )


@blueprint.post("/codes/<uuid:campaign_id>/<uuid:class_id>/issue")
@access(*MANAGERS)
def issue_codes(campaign_id: UUID, class_id: UUID) -> Response:
    """Issue new codes."""
    form = IssueForm()
    if not form.validate_on_submit():
        say("Сколько кодов выдать: ожидается число от 1 до 50.", "danger")
        return _back(campaign_id, class_id)
    with refusals_flashed(), transaction() as session:
        issued = registers.issue_codes(
            session,
            campaign_id=campaign_id,
            class_id=class_id,
            count=form.count.data,
            seed=secrets.randbits(62),
            by=actor(),
            at=now(),
        )
        say("Кодов выдано: %(count)s. Напечатайте листки.", count=len(issued))
    return _back(campaign_id, class_id)


@blueprint.post("/codes/<uuid:campaign_id>/<uuid:class_id>/add")
@access(*MANAGERS)
def add_code(campaign_id: UUID, class_id: UUID) -> Response:
    """Add one code given from outside."""
    form = GivenForm()
    with refusals_flashed(), transaction() as session:
        registers.save_code(
            session,
            campaign_id=campaign_id,
            class_id=class_id,
            entry=CodeEntry(code=form.code.data or ""),
            by=actor(),
            at=now(),
        )
        say("Код записан.")
    return _back(campaign_id, class_id)


@blueprint.post("/codes/<uuid:campaign_id>/<uuid:class_id>/<uuid:participant_id>/remove")
@access(*MANAGERS)
def remove_code(campaign_id: UUID, class_id: UUID, participant_id: UUID) -> Response:
    """Take back a code that nobody has used."""
    with refusals_flashed(), transaction() as session:
        registers.remove_code(session, participant_id=participant_id, by=actor(), at=now())
        say("Код удалён.")
    return _back(campaign_id, class_id)


def _back(campaign_id: UUID, class_id: UUID) -> Response:
    return redirect(url_for("registers.class_codes", campaign_id=campaign_id, class_id=class_id))
