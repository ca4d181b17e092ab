"""One's own messages; opening one is a button, since it says that it was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from app.models import MailChoice, MessageKind
from app.queries import messages as queries
from app.services import messages as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import signed_in

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
KINDS = {
    MessageKind.SUPPORT: _("Вопросы и ответы"),
    MessageKind.OBSERVERS: _("Наблюдатели"),
    MessageKind.KEEPING: _("Хранение и уничтожение документов"),
    MessageKind.DEADLINES: _("Сроки и просрочки"),
}
WAYS = {
    MailChoice.NEVER: _("не присылать"),
    MailChoice.DIGEST: _("в сводке раз в день"),
    MailChoice.AT_ONCE: _("сразу"),
}


@blueprint.app_context_processor
def _bell() -> dict[str, Callable[[], int]]:
    return {"unread_messages": _unread}


def _unread() -> int:
    with reading() as session:
        return queries.count_unread(session, actor=actor())


@blueprint.get("/")
@signed_in
def index() -> str:
    """His messages, the newest first."""
    with reading() as session:
        page = queries.list_messages(
            session, actor=actor(), before=request.args.get("before", type=UUID)
        )
    return render_template("messages/index.html", page=page, kinds=KINDS)


@blueprint.post("/<uuid:message_id>/open")
@signed_in
def open_message(message_id: UUID) -> Response:
    """Say that it was read, and go where it leads."""
    with transaction() as session:
        found = services.mark_read(session, message_id=message_id, by=actor(), at=now())
        target = url_for(found.endpoint, **found.values)
    return redirect(target)


@blueprint.get("/go/<endpoint>")
@signed_in
def go(endpoint: str) -> Response:
    """The page that a letter names; whether it is his, the page itself says."""
    pages = (
        current_app.url_map.iter_rules(endpoint) if endpoint in current_app.view_functions else ()
    )
    if not any("GET" in (rule.methods or ()) for rule in pages):
        abort(404)
    values: dict[str, Any] = request.args.to_dict()
    try:
        return redirect(url_for(endpoint, **values))
    except BuildError:
        abort(404)


@blueprint.post("/read")
@signed_in
def read_all() -> Response:
    """Say that all were read."""
    with transaction() as session:
        services.mark_all_read(session, by=actor(), at=now())
    return redirect(url_for("messages.index"))


@blueprint.route("/choices", methods=["GET", "POST"])
@signed_in
def choices() -> str | Response:
    """How messages are wanted."""
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            services.choose(
                session,
                email=request.form.get("email", ""),
                wanted={kind: _wanted(kind) for kind in MessageKind},
                by=actor(),
                at=now(),
            )
            say("Записано.")
        return redirect(url_for("messages.choices"))
    with reading() as session:
        found = queries.get_choices(session, actor=actor())
    return render_template("messages/choices.html", choices=found, kinds=KINDS, ways=WAYS)


def _wanted(kind: MessageKind) -> services.Wanted:
    by_mail = request.form.get(f"{kind.value}-mail", "")
    ways = {one.value: one for one in MailChoice}
    return services.Wanted(
        shown=f"{kind.value}-shown" in request.form,
        by_mail=ways.get(by_mail, MailChoice.NEVER),
    )
