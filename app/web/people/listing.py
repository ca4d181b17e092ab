"""The list of people, and logins for many of them at once."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission, Role
from app.errors import Refusal
from app.queries.people import list_people, list_places, page_of
from app.services import accounts
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.people.choices import role_choices
from app.web.people.door import MANAGERS, blueprint
from app.web.people.sheet import accounts_of, sheet_page


@blueprint.get("/")
@access(*MANAGERS)
def index() -> str:
    """People whose roles the visitor may give, with filters in the address."""
    role, school_id = _asked_role(), _asked_school()
    with reading() as session:
        found = list_people(
            session,
            by=actor(),
            at=now(),
            text=request.args.get("q", ""),
            role=role,
            school_id=school_id,
            closed="closed" in request.args,
        )
        places = list_places(session, by=actor())
    page = page_of(found, after=request.args.get("after", type=UUID))
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return render_template(
        "people/index.html",
        people=page.people,
        page=page,
        kept=kept,
        places=places,
        roles=role_choices(actor()),
        role=role,
        school_id=school_id,
        municipalities=[
            place
            for place in places
            if actor().may(Permission.MANAGE_MUNICIPALITY, municipality_id=place.municipality_id)
        ],
    )


def _asked_role() -> Role | None:
    wanted = request.args.get("role", "")
    return Role(wanted) if wanted in {role.value for role in Role} else None


def _asked_school() -> UUID | None:
    return request.args.get("school", type=UUID)


@blueprint.post("/school-coordinators")
@access(Permission.MANAGE_MUNICIPALITY)
def make_school_coordinators() -> str | Response:
    """Accounts for all schools of a municipality that have no coordinator."""
    municipality_id = request.form.get("municipality_id", type=UUID)
    made = []
    with refusals_flashed(), transaction() as session:
        if municipality_id is None:
            raise Refusal("Выберите муниципалитет.")
        issued = accounts.make_school_coordinators(
            session, municipality_id=municipality_id, by=actor(), at=now()
        )
        made = accounts_of(session, issued, by=actor(), at=now())
        if not made:
            say("У каждой школы уже есть координатор: новых логинов не понадобилось.", "info")
    return sheet_page(made) if made else redirect(url_for("people.index"))


@blueprint.post("/first-passwords")
@access(Permission.MANAGE_SCHOOL)
def issue_first_passwords() -> str | Response:
    """First passwords for all experts who have never been given one."""
    made = []
    with refusals_flashed(), transaction() as session:
        issued = accounts.issue_first_passwords(
            session, by=actor(), at=now(), school_id=request.form.get("school_id", type=UUID)
        )
        made = accounts_of(session, issued, by=actor(), at=now())
        if not made:
            say("Всем экспертам реестра пароли уже выданы.", "info")
    return sheet_page(made) if made else redirect(url_for("people.index"))
