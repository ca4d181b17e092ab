"""Questions: found, asked, answered, pinned; calls to the hot line."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.queries import support as queries
from app.services import support as services
from app.services.support import LONGEST_TEXT, LONGEST_TITLE
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.posted import PostedForm

blueprint = Blueprint("support", __name__, url_prefix="/support")
SHOWS = {
    queries.Show.ALL: _("все"),
    queries.Show.OPEN: _("без ответа"),
    queries.Show.CALLS: _("звонки на горячую линию"),
}


class QuestionForm(PostedForm):
    """A question."""

    title = StringField(_("Вопрос одной строкой"), [DataRequired(), Length(max=LONGEST_TITLE)])
    text = TextAreaField(
        _("Подробности"),
        [DataRequired(), Length(max=LONGEST_TEXT)],
        description=_("Вопрос увидят все координаторы кампании. Не пишите имён участников."),
    )


class CallForm(QuestionForm):
    """A call to the hot line."""

    answer = TextAreaField(_("Что ответили"), [Length(max=LONGEST_TEXT)])


@blueprint.get("/")
@access(Permission.ASK_SUPPORT)
def index() -> str:
    """The questions of a campaign."""
    words, wanted = request.args.get("q", "").strip(), request.args.get("show", "all")
    show = queries.Show(wanted) if wanted in set(queries.Show) else queries.Show.ALL
    with reading() as session:
        campaigns = queries.list_campaigns(session, actor=actor())
        chosen = request.args.get("campaign", type=UUID) or next(
            (one.id for one in campaigns), None
        )
        page = chosen and queries.list_topics(
            session,
            campaign_id=chosen,
            words=words,
            show=show,
            actor=actor(),
            after=request.args.get("after", type=UUID),
        )
        calls = bool(chosen) and queries.may_record_calls(
            session, campaign_id=UUID(str(chosen)), actor=actor()
        )
    return render_template(
        "support/index.html",
        campaigns=campaigns,
        chosen=chosen,
        page=page,
        words_sought=words,
        show=show,
        shows=SHOWS,
        calls=calls,
    )


@blueprint.route("/<uuid:campaign_id>/new", methods=["GET", "POST"])
@access(Permission.ASK_SUPPORT)
def ask(campaign_id: UUID) -> str | Response:
    """Ask a question."""
    form = QuestionForm()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            made = services.ask(
                session,
                campaign_id=campaign_id,
                title=form.title.data,
                text=form.text.data,
                by=actor(),
                at=now(),
            )
            say("Вопрос задан. Ответ придёт в сообщения.")
            return redirect(url_for("support.topic", topic_id=made.id))
    return render_template("support/new.html", form=form, campaign_id=campaign_id, call=False)


@blueprint.route("/<uuid:campaign_id>/calls/new", methods=["GET", "POST"])
@access(Permission.ANSWER_SUPPORT)
def record_call(campaign_id: UUID) -> str | Response:
    """Write down a call."""
    form = CallForm()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            made = services.record_call(
                session,
                campaign_id=campaign_id,
                title=form.title.data,
                text=form.text.data,
                answer=form.answer.data or "",
                by=actor(),
                at=now(),
            )
            say("Звонок записан.")
            return redirect(url_for("support.topic", topic_id=made.id))
    return render_template("support/new.html", form=form, campaign_id=campaign_id, call=True)


@blueprint.get("/topics/<uuid:topic_id>")
@access(Permission.ASK_SUPPORT)
def topic(topic_id: UUID) -> str:
    """One question with what was said to it."""
    with reading() as session:
        found = queries.get_topic(session, topic_id=topic_id, actor=actor())
    return render_template("support/topic.html", topic=found, longest=LONGEST_TEXT)


@blueprint.post("/topics/<uuid:topic_id>/reply")
@access(Permission.ASK_SUPPORT)
def reply(topic_id: UUID) -> Response:
    """Say something to a question."""
    with refusals_flashed(), transaction() as session:
        services.reply(
            session,
            topic_id=topic_id,
            text=request.form.get("text", ""),
            by=actor(),
            at=now(),
        )
        say("Сообщение добавлено.")
    return redirect(url_for("support.topic", topic_id=topic_id))


@blueprint.post("/topics/<uuid:topic_id>/pin")
@access(Permission.ANSWER_SUPPORT)
def pin(topic_id: UUID) -> Response:
    """Pin a question, or let it go."""
    pinned = request.form.get("pinned") == "1"
    with refusals_flashed(), transaction() as session:
        services.pin(session, topic_id=topic_id, pinned=pinned, by=actor(), at=now())
        say("Вопрос закреплён." if pinned else "Вопрос откреплён.")
    return redirect(url_for("support.topic", topic_id=topic_id))
