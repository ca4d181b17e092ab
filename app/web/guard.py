"""Access is declared on every route; what is not yours answers as what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import FACTOR_ROLES, Permission
from app.web.context import installation, visitor

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC, SIGNED_IN = "public", "signed_in"
ACCESS_ATTRIBUTE = "__access__"


def access(*permissions: Permission) -> Callable[[View], View]:
    """The route is for people who hold one of the permissions somewhere."""
    return _declare(frozenset(permissions))


def public(view: View) -> View:
    """The route is for everybody."""
    return _declare(PUBLIC)(view)


def signed_in(view: View) -> View:
    """The route is for everybody who has logged in."""
    return _declare(SIGNED_IN)(view)


def _declare(rule: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ACCESS_ATTRIBUTE, rule)
        return view

    return mark


def declared(app: Flask, endpoint: str) -> object:
    """What the route declares; None when it declares nothing."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], ACCESS_ATTRIBUTE, None)


def check_access(app: Flask) -> Response | None:
    """Before each request: let in, send to the login, or answer that nothing is there."""
    if request.endpoint is None:
        return None
    rule = declared(app, request.endpoint)
    if rule == PUBLIC:
        return None
    if not current_user.is_authenticated:
        g.refused = "not_logged_in"
        return redirect(url_for("auth.log_in", next=_way_back()))
    structlog.contextvars.bind_contextvars(person=str(visitor().actor.person_id))
    door = shut_door()
    if door is not None and request.endpoint not in _ALWAYS_OPEN | {door}:
        return redirect(url_for(door))
    if rule == SIGNED_IN:
        return None
    if not isinstance(rule, frozenset) or not any(map(visitor().actor.holds, rule)):
        g.refused = "no_permission"
        abort(404)
    return None


_ALWAYS_OPEN = frozenset({"auth.log_out", "auth.choose_locale", "auth.choose_theme"})


def shut_door() -> str | None:
    """What the visitor must pass before anything else opens, in this order."""
    who = visitor()
    if who.has_factor and not who.factor_given:
        return "factor.give"
    if who.must_change_password:
        return "auth.change_password"
    asked = installation().settings.second_factor
    if asked and not who.has_factor and any(one.role in FACTOR_ROLES for one in who.actor.grants):
        return "factor.set_up"
    return None


def _way_back() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
