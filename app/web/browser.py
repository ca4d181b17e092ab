"""What browsers are told: headers of every answer, and the cookie that carries the session."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_talisman import Talisman
from werkzeug.wrappers import Response

from app.settings import Settings

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "style-src": "'self'",
    "script-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Nobody but our own pages loads what we answer, and no window that opened ours keeps a hold of it.
OWN_PAGES_ONLY = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SignedCookie(SecureCookieSessionInterface):
    """Flask's signed cookie with SHA-256 in place of SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def cookie_settings(settings: Settings) -> dict[str, Any]:
    """The cookie's attributes; `__Host-` binds it to this host and to HTTPS."""
    return {
        "SESSION_COOKIE_NAME": "__Host-sverka" if settings.secure_cookies else "sverka",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
    }


def tell_browsers(app: Flask, settings: Settings) -> None:
    """Set the headers of every answer."""
    app.session_interface = SignedCookie()
    Talisman(
        app,
        force_https=False,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        content_security_policy=CONTENT_SECURITY_POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    app.after_request(_shut)


def _shut(response: Response) -> Response:
    """Nothing that a person saw stays in a shared computer's cache, but static files may."""
    response.headers.update(OWN_PAGES_ONLY)
    if request.endpoint != "static" and not (request.endpoint or "").endswith(".static"):
        # A file that is sent asks to be kept and looked at again: documents are not to be kept.
        response.headers["Cache-Control"] = "no-store"
        response.headers.remove("ETag")
        response.headers.remove("Last-Modified")
    if request.endpoint == "auth.log_out":
        response.headers["Clear-Site-Data"] = '"cache"'
    return response
