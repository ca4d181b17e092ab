"""Logging in and out, one's own password, language and sessions, and the first run."""

from __future__ import annotations

import hmac
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import Blueprint, abort, jsonify, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from app.i18n import LOCALES
from app.models import Theme
from app.queries.accounts import is_empty
from app.services import accounts
from app.web.context import (
    actor,
    installation,
    now,
    origin,
    reading,
    refusals_flashed,
    say,
    session_id,
    transaction,
)
from app.web.guard import public, signed_in
from app.web.pace import limiter, too_often
from app.web.posted import PostedForm
from app.web.sittings import enter, leave

blueprint = Blueprint("auth", __name__)
log = structlog.get_logger()
FIRST_RUN_TOKEN_FILE = "first-run.token"  # noqa: S105 - a file's name


class LoginForm(PostedForm):
    """Login and password."""

    login = StringField(_("Логин"), [DataRequired(), Length(max=64)])
    password = PasswordField(_("Пароль"), [DataRequired(), Length(max=200)])


class PasswordForm(PostedForm):
    """The old password and twice the new one."""

    old = PasswordField(_("Прежний пароль"), [DataRequired(), Length(max=200)])
    new = PasswordField(
        _("Новый пароль"),
        [DataRequired(), Length(min=accounts.SHORTEST_PASSWORD, max=200)],
        description=_("Не меньше 10 знаков. Лучше всего три-четыре слова подряд."),
    )
    again = PasswordField(
        _("Новый пароль ещё раз"), [EqualTo("new", message=_("Пароли не совпадают."))]
    )


class FirstRunForm(PostedForm):
    """What an empty installation needs to begin."""

    token = StringField(
        _("Ключ установки"),
        [DataRequired()],
        description=_("Напечатан в окне, где запущена команда ./sverka serve."),
    )
    municipality = StringField(_("Муниципалитет"), [DataRequired(), Length(max=200)])
    timezone = StringField(
        _("Часовой пояс"),
        [DataRequired(), Length(max=40)],
        default="Europe/Moscow",
        description=_(
            "По нему открываются критерии: не раньше 14:00 местного времени. Наберите город."
        ),
    )
    display_name = StringField(_("Имя администратора"), [DataRequired(), Length(max=200)])
    login = StringField(_("Логин администратора"), [DataRequired(), Length(max=64)])
    password = PasswordField(
        _("Пароль"),
        [DataRequired(), Length(min=accounts.SHORTEST_PASSWORD, max=200)],
        description=_("Придумайте: не короче 10 знаков. С ним вы войдёте на следующей странице."),
    )


@blueprint.route("/login", methods=["GET", "POST"])
@public
def log_in() -> str | Response | tuple[str, int]:
    """The login page."""
    with reading() as database:
        if is_empty(database):
            return redirect(url_for("auth.first_run"))
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("auth/login.html", form=form)
    _check_pace()
    opened = _open_session(form)
    if opened is None:
        log.warning("login_refused")
        form.password.errors = [
            _("Логин и пароль не подошли. После пяти ошибок вход закрывается на 15 минут.")
        ]
        return render_template("auth/login.html", form=form), 401
    enter(opened)
    log.info("login")
    return redirect(_safe_next() or url_for("home.index"))


def _check_pace() -> None:
    """Let nobody try on from an address that has failed often, whoever it tries to be."""
    with reading() as database:
        wait = accounts.seconds_to_wait(database, origin=origin(), at=now())
    if wait:
        log.warning("login_throttled", seconds=wait)
        abort(too_often(wait))


def _open_session(form: LoginForm) -> UUID | None:
    hours = installation().settings.session_hours
    with reading() as database:
        knock = accounts.knock(
            database,
            login=form.login.data,
            password=form.password.data,
            origin=origin(),
            at=now(),
        )
    with transaction() as database:
        return accounts.log_in(
            database,
            knock=knock,
            at=now(),
            lasts=timedelta(hours=hours),
            origin=origin(),
            agent=request.user_agent.string,
        )


def _safe_next() -> str | None:
    """The page he came for, if it is one of ours."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith("//")
    plain = wanted.isprintable() and "\\" not in wanted
    return wanted if inside and plain and not parts.netloc and not parts.scheme else None


@blueprint.post("/logout")
@signed_in
def log_out() -> Response:
    """End this session."""
    with transaction() as database:
        accounts.log_out(database, session_id=session_id(), at=now())
    log.info("logout")
    leave()
    return redirect(url_for("auth.log_in"))


@blueprint.get("/sitting")
@signed_in
def sitting() -> Response:
    """Who is logged in, and a token for the forms of a page that has stood open for long."""
    return jsonify(owner=str(actor().person_id), token=generate_csrf())


@blueprint.route("/password", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@signed_in
def change_password() -> str | Response:
    """One's own password."""
    form = PasswordForm()
    opened = None
    if form.validate_on_submit():
        with refusals_flashed():
            opened = _change_password(form)
    if opened is None:
        return render_template("auth/password.html", form=form)
    enter(opened)
    say("Пароль изменён. Другие ваши входы закрыты.")
    return redirect(url_for("home.index"))


def _change_password(form: PasswordForm) -> UUID:
    """The session under its new id."""
    with transaction() as database:
        accounts.change_password(
            database,
            old=form.old.data,
            new=form.new.data,
            session_id=session_id(),
            by=actor(),
            at=now(),
            breached=installation().settings.leaked_passwords,
        )
        return accounts.renew_session(database, session_id=session_id(), at=now())


@blueprint.post("/language/<locale>")
@public
def choose_locale(locale: str) -> Response:
    """The language of the pages, remembered with the account or, before the login, the cookie."""
    if locale not in LOCALES:
        abort(404)
    session["locale"] = locale
    if current_user.is_authenticated:
        with transaction() as database:
            accounts.choose_locale(database, locale=locale, by=actor())
    return redirect(_safe_next() or url_for("home.index"))


@blueprint.post("/theme/<theme>")
@signed_in
def choose_theme(theme: str) -> Response:
    """Light or dark pages, remembered with the account."""
    if theme not in set(Theme):
        abort(404)
    with transaction() as database:
        accounts.choose_theme(database, theme=Theme(theme), by=actor())
    return redirect(_safe_next() or url_for("home.index"))


@blueprint.route("/first-run", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@public
def first_run() -> str | Response:
    """On an empty database, with the key from the console: administrator and municipality."""
    with reading() as database:
        if not is_empty(database):
            abort(404)
    form = FirstRunForm()
    if form.validate_on_submit() and _token_fits(form):
        with refusals_flashed(), transaction() as database:
            accounts.set_up_installation(
                database,
                login=form.login.data,
                display_name=form.display_name.data,
                password=form.password.data,
                municipality=form.municipality.data,
                timezone=form.timezone.data,
                at=now(),
                breached=installation().settings.leaked_passwords,
            )
            say("Установка готова. Войдите под логином администратора.")
            return redirect(url_for("auth.log_in"))
    return render_template("auth/first_run.html", form=form)


def _token_fits(form: FirstRunForm) -> bool:
    path = installation().settings.data_dir / FIRST_RUN_TOKEN_FILE
    wanted = path.read_text().strip() if path.exists() else ""
    if wanted and hmac.compare_digest(wanted.encode(), form.token.data.strip().encode()):
        return True
    form.token.errors = [_("Ключ не подошёл: возьмите его из окна, где запущена система.")]
    return False
