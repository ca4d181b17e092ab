"""What is kept and until when; destruction proposed, signed, told by an act."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from app.access import Permission
from app.bridge.destruction_act import KIND_TEXTS
from app.bridge.retention import Hold
from app.models import DocumentKind
from app.queries import retention as queries
from app.services import retention as services
from app.services.retention.terms import LONGEST_BASIS, MOST_MONTHS
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    today,
    transaction,
)
from app.web.guard import access
from app.web.posted import PostedForm

blueprint = Blueprint("retention", __name__, url_prefix="/keeping")
KINDS = {kind: _(text) for kind, text in KIND_TEXTS.items()}
HOLDS = {
    Hold.RECHECK: _("идёт перепроверка"),
    Hold.PAGES_WAIT: _("страницы ждут решения человека"),
}


class TermForm(PostedForm):
    """A term and its basis."""

    months = IntegerField(
        _("Сколько месяцев хранить"),
        [DataRequired(), NumberRange(min=1, max=MOST_MONTHS)],
        description=_("Считая со дня работы; для документов кампании — с её последней работы."),
    )
    basis = StringField(
        _("Правовое основание"),
        [DataRequired(), Length(max=LONGEST_BASIS)],
        description=_("Каким актом установлен срок. Основание попадёт в акт об уничтожении."),
    )


@blueprint.get("/")
@access(Permission.DESTROY_DOCUMENTS)
def index() -> str:
    """What is kept in a municipality."""
    with reading() as session:
        places = queries.list_places(session, actor=actor())
        wanted = request.args.get("place", type=UUID)
        chosen = wanted or next((one.id for one in places), None)
        if chosen is None:
            abort(404)
        shelf = queries.get_shelf(session, municipality_id=chosen, actor=actor())
    return render_template(
        "retention/index.html",
        places=places,
        shelf=shelf,
        kinds=KINDS,
        holds=HOLDS,
        today=today(),
        soon="all" not in request.args,
    )


@blueprint.route("/<uuid:municipality_id>/terms/<kind>", methods=["GET", "POST"])
@access(Permission.MANAGE_MUNICIPALITY)
def set_term(municipality_id: UUID, kind: str) -> str | Response:
    """Set the term of a kind."""
    if kind not in set(DocumentKind):
        abort(404)
    document = DocumentKind(kind)
    with reading() as session:
        shelf = queries.get_shelf(session, municipality_id=municipality_id, actor=actor())
    rule = next(one for one in shelf.rules if one.kind is document)
    form = TermForm(months=rule.months, basis=rule.basis)
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            term = services.Term(kind=document, months=form.months.data, basis=form.basis.data)
            services.set_term(
                session, municipality_id=municipality_id, term=term, by=actor(), at=now()
            )
            say("Срок хранения записан.")
            return redirect(url_for("retention.index", place=municipality_id))
    return render_template(
        "retention/term.html", form=form, kind=KINDS[document], place=shelf.place
    )


@blueprint.post("/<uuid:municipality_id>/propose")
@access(Permission.DESTROY_DOCUMENTS)
def propose(municipality_id: UUID) -> Response:
    """Propose the chosen documents: the first signature."""
    target = url_for("retention.index", place=municipality_id)
    with refusals_flashed(), transaction() as session:
        made = services.propose(
            session,
            municipality_id=municipality_id,
            keys=request.form.getlist("kept"),
            by=actor(),
            at=now(),
        )
        target = url_for("retention.show", destruction_id=made.id)
        say("Уничтожение предложено. Вторую подпись ставит другой человек.")
    return redirect(target)


@blueprint.get("/destructions/<uuid:destruction_id>")
@access(Permission.DESTROY_DOCUMENTS)
def show(destruction_id: UUID) -> str:
    """One destruction."""
    with reading() as session:
        found = queries.get_destruction(session, destruction_id=destruction_id, actor=actor())
    return render_template("retention/show.html", found=found, kinds=KINDS)


@blueprint.post("/destructions/<uuid:destruction_id>/sign")
@access(Permission.DESTROY_DOCUMENTS)
def sign(destruction_id: UUID) -> Response:
    """Give the second signature."""
    with refusals_flashed(), transaction() as session:
        services.sign(session, destruction_id=destruction_id, by=actor(), at=now())
        say("Подписано. Файлы удаляются, акт появится на этой странице.")
    return redirect(url_for("retention.show", destruction_id=destruction_id))


@blueprint.post("/destructions/<uuid:destruction_id>/withdraw")
@access(Permission.DESTROY_DOCUMENTS)
def withdraw(destruction_id: UUID) -> Response:
    """Take a proposal back."""
    with refusals_flashed(), transaction() as session:
        services.withdraw(session, destruction_id=destruction_id, by=actor(), at=now())
        say("Предложение снято, ничего не уничтожено.")
    return redirect(url_for("retention.show", destruction_id=destruction_id))


@blueprint.get("/destructions/<uuid:destruction_id>/act.pdf")
@access(Permission.DESTROY_DOCUMENTS)
def act(destruction_id: UUID) -> Response:
    """The stored act."""
    with reading() as session:
        digest, number = queries.get_act(session, destruction_id=destruction_id, actor=actor())
    headers = {"Content-Disposition": f'inline; filename="destruction-{number}.pdf"'}
    content = installation().store.get(digest)
    return Response(content, mimetype="application/pdf", headers=headers)
