"""The first page of each role: what to do next."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.web.guard import public, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def index() -> str:
    """What to do next."""
    return render_template("home.html")


@blueprint.get("/healthz")
@public
def health() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}
