"""The guide's pages: one's own roles first, any other at will."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import get_locale

from app.access import Role
from app.web.context import actor, is_signed_in
from app.web.guard import signed_in
from app.web.guide.steps import GUIDES, anchor
from app.web.words import ROLES

blueprint = Blueprint("guide", __name__, url_prefix="/guide")


@blueprint.app_template_global("guide_place")
def _place(step: str) -> str | None:
    """Where the visitor's own guide tells of a page; None where none of his roles has it."""
    roles = [grant.role for grant in actor().grants] if is_signed_in() else []
    role = next((one for one in roles if step in {two.endpoint for two in GUIDES[one]}), None)
    if role is None:
        return None
    return url_for("guide.index", role=role.value, _anchor=anchor(step))


@blueprint.get("/")
@signed_in
def index() -> str:
    """The guide of the role that the address names, or of one's own first."""
    own = [grant.role for grant in actor().grants]
    wanted = request.args.get("role", own[0].value if own else Role.SCHOOL_COORDINATOR.value)
    if wanted not in set(Role):
        abort(404)
    role = Role(wanted)
    return render_template(
        "guide/role.html",
        role=role,
        steps=GUIDES[role],
        roles=ROLES,
        own=own,
        locale_name=str(get_locale()),
    )
