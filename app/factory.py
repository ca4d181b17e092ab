"""`create_app`: the web application of one installation."""

from __future__ import annotations

import errno
from datetime import datetime

from flask import Flask, current_app, g, render_template, request, session
from flask_babel import Babel, format_datetime, get_locale
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.courier import announce_jobs
from app.db import Database
from app.errors import NotYours
from app.i18n import LOCALES, compile_catalogues
from app.models import Theme
from app.settings import Settings
from app.storage import open_store
from app.web import blueprints, measure, words
from app.web.browser import cookie_settings, tell_browsers
from app.web.compressed import compress_static
from app.web.context import Installation, own_timezone
from app.web.field_help import HELP
from app.web.guard import check_access, shut_door
from app.web.navigation import entry_of, menu_for
from app.web.outgoing import sign_documents
from app.web.pace import limiter
from app.web.sittings import load_user, watch_sittings
from app.web.zones import ZONES

# PostgreSQL: another transaction took the unique key, or the row pointed to has just gone.
OVERTAKEN_SQLSTATES = frozenset({"23505", "23503"})
DISK_REFUSES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EHOSTDOWN})
# A workbook is at most 20 MB; only scans are larger.
LARGEST_OTHER_BODY = 32 * 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """The application; its database must already have the current schema."""
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    _configure(app, settings)
    database = Database(settings.database)
    announce_jobs(database, settings.broker_url)
    app.extensions["sverka"] = Installation(
        settings=settings,
        database=database,
        store=open_store(settings),
    )
    measure.watch(app)
    app.before_request(_limit_body)
    _add_extensions(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    app.before_request(lambda: check_access(app))
    compress_static(app)
    sign_documents(app)
    _add_error_pages(app)
    app.context_processor(_page_context)
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(_day, "day")
    app.jinja_env.globals["words"] = words
    app.jinja_env.globals["field_help"] = HELP
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        **cookie_settings(settings),
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE=LOCALES[0],
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
    )


def _add_extensions(app: Flask, settings: Settings) -> None:
    compile_catalogues()
    Babel(app, locale_selector=_choose_locale, timezone_selector=own_timezone)
    Bootstrap5(app)
    CSRFProtect(app)
    limiter.init_app(app)
    login_manager = LoginManager(app)
    login_manager.session_protection = None
    login_manager.user_loader(load_user)
    tell_browsers(app, settings)
    watch_sittings(app)


def _limit_body() -> None:
    """Large bodies are for scans of people who have logged in; before the token is looked for."""
    if request.endpoint != "scans.upload" or not current_user.is_authenticated:
        request.max_content_length = LARGEST_OTHER_BODY


def _choose_locale() -> str:
    if current_user and current_user.is_authenticated:
        return str(current_user.visitor.locale)
    wanted = session.get("locale")
    return wanted if wanted in LOCALES else LOCALES[0]


def _page_context() -> dict[str, object]:
    signed_in = current_user and current_user.is_authenticated
    return {
        "visitor": current_user.visitor if signed_in else None,
        "menu": menu_for(current_user.visitor.actor) if signed_in and not shut_door() else None,
        "entry_of": entry_of,
        "locale": str(get_locale()),
        "zones": ZONES,
        "theme": current_user.visitor.theme if signed_in else Theme.SYSTEM,
    }


def _moment(value: datetime) -> str:
    """A time as people write it, by the clocks where the visitor works."""
    return str(format_datetime(value, "dd.MM.yyyy HH:mm"))


def _day(value: datetime) -> str:
    """The day of a moment as people write it, where the visitor works."""
    return str(format_datetime(value, "dd.MM.yyyy"))


def _add_error_pages(app: Flask) -> None:
    app.register_error_handler(NotYours, _not_yours)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(OSError, _disk_refuses)
    app.register_error_handler(CSRFError, lambda _error: _error_page(400))
    for code in (400, 403, 404, 405, 413, 429, 500):
        app.register_error_handler(code, _http_error)


def _not_yours(_error: NotYours) -> tuple[str, int]:
    """One answer for what is somebody else's and what does not exist; the log tells them apart."""
    g.refused = "not_yours"
    return _error_page(404)


def _http_error(error: HTTPException) -> tuple[str, int]:
    return _error_page(error.code or 500)


def _database_away(_error: OperationalError) -> tuple[str, int, dict[str, str]]:
    """The database does not answer, or is busy too long: nothing of the request was stored."""
    return _nothing_stored("database", retry_after=10)


def _overtaken(error: IntegrityError) -> tuple[str, int, dict[str, str]]:
    """Two requests wrote the same thing at once: the later stored nothing and may try again.

    Any other broken constraint is a bug, and stays one.
    """
    if getattr(error.orig, "sqlstate", None) not in OVERTAKEN_SQLSTATES:
        raise error
    return _nothing_stored("overtaken", retry_after=1)


def _changed_meanwhile(_error: StaleDataError) -> tuple[str, int, dict[str, str]]:
    """A row that carries a version was changed between its being read and written."""
    return _nothing_stored("overtaken", retry_after=1)


def _disk_refuses(error: OSError) -> tuple[str, int, dict[str, str]]:
    """The disk is full or read-only: what was sent is not kept, what was kept is whole."""
    if error.errno not in DISK_REFUSES:
        raise error
    return _nothing_stored("disk", retry_after=60)


def _nothing_stored(why: str, *, retry_after: int) -> tuple[str, int, dict[str, str]]:
    page = current_app.jinja_env.get_template("errors/away.html").render(
        why=why, number=g.request_id
    )
    return page, 503, {"Retry-After": str(retry_after)}


def _error_page(code: int) -> tuple[str, int]:
    g.setdefault("error_code", code)
    shown = 404 if code in {403, 405} else code
    return render_template("errors/error.html", code=shown), shown
