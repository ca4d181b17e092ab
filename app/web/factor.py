"""The second factor: set up with a telephone, given at the login, taken off."""

from __future__ import annotations

from uuid import UUID

import pyotp
import segno
import structlog
from flask import Blueprint, redirect, render_template, session, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.services import accounts
from app.web.context import (
    actor,
    installation,
    now,
    refusals_flashed,
    say,
    session_id,
    transaction,
    visitor,
)
from app.web.guard import signed_in
from app.web.pace import limiter
from app.web.posted import PostedForm
from app.web.sittings import enter

blueprint = Blueprint("factor", __name__, url_prefix="/second-factor")
log = structlog.get_logger()
_KEPT_SECRET = "factor_secret"  # noqa: S105 - a name in the cookie


class CodeForm(PostedForm):
    """What the telephone shows."""

    code = StringField(_("Код из приложения"), [DataRequired(), Length(max=40)])


class SetUpForm(CodeForm):
    """The first code, and one's password: a browser left open must not change the way in."""

    password = PasswordField(_("Ваш пароль"), [DataRequired(), Length(max=200)])


class DropForm(PostedForm):
    """One's password, to take the factor off."""

    password = PasswordField(_("Пароль"), [DataRequired(), Length(max=200)])


@blueprint.route("/", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@signed_in
def give() -> str | Response | tuple[str, int]:
    """After the password: the code."""
    if visitor().factor_given or not visitor().has_factor:
        return redirect(url_for("home.index"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("auth/factor.html", form=form)
    opened = _give(form.code.data)
    if opened is not None:
        enter(opened)
        log.info("factor_given")
        return redirect(url_for("home.index"))
    log.warning("factor_refused")
    form.code.errors = [_("Код не подошёл. После пяти ошибок вход закрывается на 15 минут.")]
    return render_template("auth/factor.html", form=form), 401


def _give(code: str) -> UUID | None:
    """The session under its new id; None for a code that opens nothing."""
    with transaction() as database:
        fits = accounts.give_factor(
            database, code=code, session_id=session_id(), box=_box(), by=actor(), at=now()
        )
        if not fits:
            return None
        return accounts.renew_session(database, session_id=session_id(), at=now())


@blueprint.route("/set-up", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@signed_in
def set_up() -> str | Response:
    """A picture for the telephone, and the first code as the proof."""
    if visitor().has_factor:
        return redirect(url_for("factor.own"))
    form = SetUpForm()
    secret = session.setdefault(_KEPT_SECRET, pyotp.random_base32())
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as database:
            codes = accounts.set_factor(
                database,
                secret=secret,
                code=form.code.data,
                password=form.password.data,
                session_id=session_id(),
                box=_box(),
                by=actor(),
                at=now(),
            )
            session.pop(_KEPT_SECRET)
            return render_template("auth/recovery_codes.html", codes=codes)
    return render_template(
        "auth/factor_set_up.html", form=form, secret=secret, picture=_picture(secret)
    )


@blueprint.get("/own")
@signed_in
def own() -> str:
    """Whether one's login asks for a code, and how to change that."""
    return render_template("auth/factor_own.html", form=DropForm())


@blueprint.post("/drop")
@limiter.limit("30 per minute")
@signed_in
def drop() -> Response:
    """Take one's own factor off."""
    form = DropForm()
    with refusals_flashed(), transaction() as database:
        accounts.drop_factor(
            database,
            password=form.password.data or "",
            session_id=session_id(),
            by=actor(),
            at=now(),
        )
        say("Второй фактор снят: вход снова по одному паролю.")
    return redirect(url_for("factor.own"))


def _box() -> accounts.FactorBox:
    return accounts.FactorBox(installation().settings.factor_key())


def _picture(secret: str) -> str:
    """The QR code for the telephone, as a data address."""
    address = pyotp.TOTP(secret).provisioning_uri(name=visitor().login, issuer_name="Sverka")
    return segno.make_qr(address, error="m").svg_data_uri(scale=5, border=4)
