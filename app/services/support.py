"""The forum of support: asked, answered, pinned; calls to the hot line written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record
from app.bridge.places import get_joined_campaign
from app.errors import NotYours, Refusal
from app.models import MessageKind, SupportPost, SupportTopic, TopicKind
from app.notices import holders, notify

LONGEST_TITLE, LONGEST_TEXT = 200, 4000
_ASKED = "Новый вопрос: «%(title)s»."
_ANSWERED = "Ответ на вопрос «%(title)s»."
_TOPIC = "support.topic"


def ask(
    session: Session, *, campaign_id: UUID, title: str, text: str, by: Actor, at: datetime
) -> SupportTopic:
    """Ask a question that everybody of the campaign sees; who answers is told.

    Raises:
        NotYours: he takes no part in the campaign.
        Refusal: nothing is asked, or too much.
    """
    campaign = get_joined_campaign(
        session, campaign_id=campaign_id, permission=Permission.ASK_SUPPORT, by=by
    )
    made = _topic(session, campaign_id, TopicKind.QUESTION, title, by=by, at=at)
    _add(session, made, text, answer=False, by=by, at=at)
    roles = {Role.MUNICIPAL_COORDINATOR, Role.RESPONSIBLE_COORDINATOR}
    people = holders(session, roles, municipality_id=campaign.municipality_id)
    _notify(session, made, people - {by.person_id}, _ASKED, at=at)
    _tell(session, made, "support.asked", by=by, at=at)
    return made


def record_call(
    session: Session,
    *,
    campaign_id: UUID,
    title: str,
    text: str,
    answer: str,
    by: Actor,
    at: datetime,
) -> SupportTopic:
    """Write down a call to the hot line: what was asked and answered, never who called.

    Raises:
        NotYours: he does not answer for this campaign.
        Refusal: a text is empty or too long.
    """
    get_joined_campaign(
        session, campaign_id=campaign_id, permission=Permission.ANSWER_SUPPORT, by=by
    )
    made = _topic(session, campaign_id, TopicKind.CALL, title, by=by, at=at)
    _add(session, made, text, answer=False, by=by, at=at)
    if answer.strip():
        _add(session, made, answer, answer=True, by=by, at=at)
    _tell(session, made, "support.call_recorded", by=by, at=at)
    return made


def reply(session: Session, *, topic_id: UUID, text: str, by: Actor, at: datetime) -> SupportPost:
    """Say something to a question; from who answers for the place it is an answer.

    Raises:
        NotYours: there is no such question for him.
        Refusal: nothing is said, or too much.
    """
    topic = _get(session, topic_id, Permission.ASK_SUPPORT, by)
    answers = by.may(Permission.ANSWER_SUPPORT, municipality_id=topic.campaign.municipality_id)
    made = _add(session, topic, text, answer=answers, by=by, at=at)
    told = {post.said_by_id for post in topic.posts} - {by.person_id}
    _notify(session, topic, told, _ANSWERED, at=at)
    _tell(session, topic, "support.answered" if answers else "support.replied", by=by, at=at)
    return made


def pin(session: Session, *, topic_id: UUID, pinned: bool, by: Actor, at: datetime) -> None:
    """Keep a question with its answer above all others, or let it go.

    Raises:
        NotYours: he does not answer for this campaign.
        Refusal: nobody has answered it yet.
    """
    topic = _get(session, topic_id, Permission.ANSWER_SUPPORT, by)
    if pinned and not any(post.answer for post in topic.posts):
        raise Refusal("Закрепить можно вопрос, на который уже ответили.")
    topic.pinned_at = at if pinned else None
    session.flush()
    _tell(session, topic, "support.pinned" if pinned else "support.unpinned", by=by, at=at)


def _get(session: Session, topic_id: UUID, permission: Permission, by: Actor) -> SupportTopic:
    topic = session.get(SupportTopic, topic_id, with_for_update=True)
    if topic is None or topic.destroyed_at is not None:
        raise NotYours
    get_joined_campaign(session, campaign_id=topic.campaign_id, permission=permission, by=by)
    return topic


def _topic(
    session: Session, campaign_id: UUID, kind: TopicKind, title: str, *, by: Actor, at: datetime
) -> SupportTopic:
    title = " ".join(title.split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Refusal("Вопрос одной строкой: от 1 до %(most)s знаков.", most=LONGEST_TITLE)
    made = SupportTopic(
        campaign_id=campaign_id,
        kind=kind,
        title=title,
        folded=title.casefold(),
        asked_at=at,
        asked_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    return made


def _add(
    session: Session, topic: SupportTopic, text: str, *, answer: bool, by: Actor, at: datetime
) -> SupportPost:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise Refusal("Напишите текст: от 1 до %(most)s знаков.", most=LONGEST_TEXT)
    made = SupportPost(
        number=len(topic.posts) + 1,
        text=text,
        folded=text.casefold(),
        answer=answer,
        said_at=at,
        said_by_id=by.person_id,
    )
    topic.posts.append(made)
    session.flush()
    return made


def _notify(
    session: Session,
    topic: SupportTopic,
    people: frozenset[UUID] | set[UUID],
    text: str,
    *,
    at: datetime,
) -> None:
    notify(
        session,
        people=people,
        kind=MessageKind.SUPPORT,
        text=text,
        params={"title": topic.title},
        endpoint=_TOPIC,
        values={"topic_id": str(topic.id)},
        at=at,
    )


def _tell(session: Session, topic: SupportTopic, action: str, *, by: Actor, at: datetime) -> None:
    record(
        session,
        action=action,
        subject_kind="support_topic",
        subject_id=topic.id,
        by=by,
        at=at,
        municipality_id=topic.campaign.municipality_id,
    )
