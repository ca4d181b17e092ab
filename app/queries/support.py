"""The forum of support: found questions, one question with everything said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.places import get_joined_campaign
from app.errors import NotYours
from app.models import Campaign, SupportPost, SupportTopic, TopicKind
from app.queries.campaigns import CampaignChoice, campaigns_of
from app.queries.scope import municipality_ids

PAGE_SIZE = 50


class Show(StrEnum):
    """Which questions a list shows."""

    ALL = "all"
    OPEN = "open"
    CALLS = "calls"


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicLine:
    """A question in a list; `answer` is the newest one, empty while there is none."""

    id: UUID
    title: str
    is_call: bool
    is_pinned: bool
    asked_at: datetime
    posts: int
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicPage:
    """One page of questions, and the question after which the next one begins."""

    topics: tuple[TopicLine, ...]
    last: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostView:
    """What one person said."""

    text: str
    is_answer: bool
    said_by: str
    said_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicView:
    """One question with everything said to it."""

    line: TopicLine
    campaign_id: UUID
    posts: tuple[PostView, ...]
    may_pin: bool


def list_campaigns(session: Session, *, actor: Actor) -> tuple[CampaignChoice, ...]:
    """The campaigns whose forum he reads, the newest first."""
    places = municipality_ids(session, actor=actor, permission=Permission.ASK_SUPPORT)
    return campaigns_of(session, places)


def list_topics(
    session: Session,
    *,
    campaign_id: UUID,
    words: str,
    show: Show,
    actor: Actor,
    after: UUID | None = None,
) -> TopicPage:
    """Pinned ones first, then the newest; each holds every word that is looked for.

    Args:
        session: a reading session.
        campaign_id: whose forum.
        words: what is looked for.
        show: which questions.
        actor: who reads.
        after: the last question of the page before.

    Raises:
        NotYours: he takes no part in the campaign.
    """
    get_joined_campaign(
        session, campaign_id=campaign_id, permission=Permission.ASK_SUPPORT, by=actor
    )
    query = (
        select(SupportTopic)
        .where(
            SupportTopic.campaign_id == campaign_id,
            SupportTopic.destroyed_at.is_(None),
            *shown(show),
            *(_holds(word) for word in words.casefold().split()),
            *_follows(session.get(SupportTopic, after) if after else None),
        )
        .options(selectinload(SupportTopic.posts))
        .order_by(
            SupportTopic.pinned_at.is_(None), SupportTopic.asked_at.desc(), SupportTopic.id.desc()
        )
        .limit(PAGE_SIZE + 1)
    )
    rows = session.scalars(query).all()
    topics = tuple(map(_line, rows[:PAGE_SIZE]))
    return TopicPage(topics=topics, last=topics[-1].id if len(rows) > PAGE_SIZE else None)


def get_topic(session: Session, *, topic_id: UUID, actor: Actor) -> TopicView:
    """One question.

    Raises:
        NotYours: there is no such question for him.
    """
    topic = session.get(SupportTopic, topic_id)
    if topic is None or topic.destroyed_at is not None:
        raise NotYours
    campaign = get_joined_campaign(
        session, campaign_id=topic.campaign_id, permission=Permission.ASK_SUPPORT, by=actor
    )
    return TopicView(
        line=_line(topic),
        campaign_id=campaign.id,
        posts=tuple(
            PostView(
                text=post.text,
                is_answer=post.answer,
                said_by=post.said_by.display_name,
                said_at=post.said_at,
            )
            for post in topic.posts
        ),
        may_pin=actor.may(Permission.ANSWER_SUPPORT, municipality_id=campaign.municipality_id),
    )


def may_record_calls(session: Session, *, campaign_id: UUID, actor: Actor) -> bool:
    """Whether he writes down calls to the hot line of this campaign."""
    campaign = session.get(Campaign, campaign_id)
    return campaign is not None and actor.may(
        Permission.ANSWER_SUPPORT, municipality_id=campaign.municipality_id
    )


def _line(topic: SupportTopic) -> TopicLine:
    answers = [post.text for post in topic.posts if post.answer]
    return TopicLine(
        id=topic.id,
        title=topic.title,
        is_call=topic.kind is TopicKind.CALL,
        is_pinned=topic.pinned_at is not None,
        asked_at=topic.asked_at,
        posts=len(topic.posts),
        answer=answers[-1] if answers else "",
    )


def _follows(last: SupportTopic | None) -> tuple[ColumnElement[bool], ...]:
    """The condition of what a list shows behind that question."""
    if last is None:
        return ()
    place = tuple_(SupportTopic.asked_at, SupportTopic.id) < (last.asked_at, last.id)
    if last.pinned_at is None:
        return (SupportTopic.pinned_at.is_(None), place)
    return (or_(SupportTopic.pinned_at.is_(None), place),)


def _holds(word: str) -> ColumnElement[bool]:
    said = and_(
        SupportPost.topic_id == SupportTopic.id,
        SupportPost.folded.contains(word, autoescape=True),
    )
    return or_(SupportTopic.folded.contains(word, autoescape=True), exists().where(said))


def shown(show: Show) -> tuple[ColumnElement[bool], ...]:
    """The conditions of what a list shows."""
    match show:
        case Show.ALL:
            return ()
        case Show.CALLS:
            return (SupportTopic.kind == TopicKind.CALL,)
        case Show.OPEN:
            answered = and_(SupportPost.topic_id == SupportTopic.id, SupportPost.answer.is_(True))
            return (~exists().where(answered),)
