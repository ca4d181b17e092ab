"""The lists of a campaign on a page, the forms to fill, and the word that the list is whole."""

from __future__ import annotations

import io
from uuid import UUID

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.exchange.list_registers import LISTS
from app.exchange.register_export import register_workbook
from app.queries import lists as queries
from app.queries.registers import list_campaigns
from app.services import registers
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.lists.door import KINDS, blueprint

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEYS = ", ".join(LISTS)
MANAGERS = (Permission.MANAGE_MUNICIPALITY, Permission.MANAGE_SCHOOL)


@blueprint.get("/")
@access(*MANAGERS)
def index() -> str:
    """The lists of the newest campaign, or of the one that the address names."""
    wanted = request.args.get("campaign", "")
    with reading() as session:
        campaigns = list_campaigns(session, by=actor())
        named = [one for one in campaigns if str(one.id) == wanted]
        chosen = next(iter((*named, *campaigns)), None)
        found = queries.get_lists(session, campaign_id=chosen.id, actor=actor()) if chosen else None
    return render_template("lists/index.html", campaigns=campaigns, lists=found, kinds=KINDS)


@blueprint.get(f"/<uuid:campaign_id>/<any({_KEYS}):key>.xlsx")
@access(*MANAGERS)
def form(campaign_id: UUID, key: str) -> Response:
    """A form with what is known already, to fill in and load back."""
    with reading() as session:
        rows = queries.form_rows(session, campaign_id=campaign_id, key=key, actor=actor())
    data = register_workbook(LISTS[key], rows)
    return send_file(
        io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=f"{key}.xlsx"
    )


@blueprint.post("/<uuid:campaign_id>/verify")
@access(Permission.MANAGE_MUNICIPALITY)
def verify(campaign_id: UUID) -> Response:
    """The list of schools is whole."""
    with refusals_flashed(), transaction() as session:
        count = registers.verify_list(session, campaign_id=campaign_id, by=actor(), at=now())
        say("Список сверен, школ: %(count)s.", count=count)
    return redirect(url_for("lists.index", campaign=campaign_id))
