"""The lists of a campaign on a page, the forms to fill, and the word that the list is whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.exchange.register_export import register_workbook
from app.exchange.registers import LISTS
from app.queries import list_lines
from app.queries import lists as queries
from app.queries.list_forms import form_rows
from app.queries.registers import list_campaigns
from app.services import registers
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.downloads import XLSX, download
from app.web.fields import whole
from app.web.guard import access
from app.web.lists.door import KINDS, MANAGERS, blueprint

_KEYS = ", ".join(LISTS)
PAGE_SIZE = 100
"""Schools on a page of the list."""


@blueprint.get("/")
@access(*MANAGERS)
def index() -> str:
    """The lists of the newest campaign, or of the one that the address names."""
    wanted = request.args.get("campaign", "")
    with reading() as session:
        campaigns = list_campaigns(session, by=actor())
        named = [one for one in campaigns if str(one.id) == wanted]
        chosen = next(iter((*named, *campaigns)), None)
        if chosen is None:
            return render_template("lists/index.html", campaigns=campaigns, lists=None)
        asked: dict[str, Any] = {"campaign_id": chosen.id, "actor": actor()}
        return render_template(
            "lists/index.html",
            campaigns=campaigns,
            lists=queries.get_lists(session, **asked),
            start=max(request.args.get("start", 0, type=whole), 0),
            page_size=PAGE_SIZE,
            versions=list_lines.list_versions(session, **asked),
            changed=list_lines.changed_since(session, **asked),
            kinds=KINDS,
        )


@blueprint.get(f"/<uuid:campaign_id>/<any({_KEYS}):key>.xlsx")
@access(*MANAGERS)
def form(campaign_id: UUID, key: str) -> Response:
    """A form with what is known already, to fill in and load back."""
    with reading() as session:
        rows = form_rows(session, campaign_id=campaign_id, key=key, actor=actor())
    return _workbook(key, rows, f"{key}.xlsx")


@blueprint.get("/<uuid:campaign_id>/versions/<int(max=99999):number>.xlsx")
@access(Permission.MANAGE_MUNICIPALITY)
def version(campaign_id: UUID, number: int) -> Response:
    """The list of schools as it was verified once."""
    with reading() as session:
        rows = list_lines.version_rows(
            session, campaign_id=campaign_id, number=number, actor=actor()
        )
    return _workbook("facts", rows, f"facts-{number}.xlsx")


def _workbook(key: str, rows: Sequence[tuple[str, ...]], name: str) -> Response:
    data = register_workbook(LISTS[key], rows)
    return download(data, name, XLSX)


@blueprint.post("/<uuid:campaign_id>/verify")
@access(Permission.MANAGE_MUNICIPALITY)
def verify(campaign_id: UUID) -> Response:
    """The list of schools is whole."""
    with refusals_flashed(), transaction() as session:
        count = registers.verify_list(session, campaign_id=campaign_id, by=actor(), at=now())
        say("Список сверен, школ: %(count)s.", count=count)
    return redirect(url_for("lists.index", campaign=campaign_id))
