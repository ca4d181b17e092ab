"""A register as its coordinator downloads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.exchange.registers import CATEGORIES, LEVELS, YES_NO
from app.queries.registers import (
    list_campaigns,
    list_classes,
    list_codes,
    list_conflicts,
    list_experts,
    list_listings,
    list_schools,
)

Rows = list[tuple[str, ...]]
_YES_NO = {value: word for word, value in YES_NO.items()}
_LEVELS = {value: word for word, value in LEVELS.items()}
_CATEGORIES = {value: word for word, value in CATEGORIES.items()}


def rows_of(session: Session, key: str, *, campaign_id: UUID | None, by: Actor) -> Rows:
    """The rows of a register, cell by cell in the order of its columns."""
    if key == "codes":
        return _codes(session, campaign_id, by)
    return _ROWS[key](session, by)


def _schools(session: Session, by: Actor) -> Rows:
    return [
        (school.login, school.name, _YES_NO[school.participating])
        for school in list_schools(session, by=by)
    ]


def _classes(session: Session, by: Actor) -> Rows:
    return [
        (found.school_login, found.name, str(found.serial))
        for found in list_classes(session, by=by)
    ]


def _experts(session: Session, by: Actor) -> Rows:
    return [
        (
            expert.login,
            expert.display_name,
            expert.school_login,
            "; ".join(expert.also_at),
            "; ".join(f"{name}: {since:%d.%m.%Y}" for name, since in expert.subjects),
            "; ".join(expert.teaches),
            str(expert.capacity),
        )
        for expert in list_experts(session, by=by)
    ]


def _conflicts(session: Session, by: Actor) -> Rows:
    return [
        (
            found.expert_login,
            _LEVELS[found.level],
            found.reference,
            _CATEGORIES[found.category],
        )
        for found in list_conflicts(session, by=by)
        if found.reference
    ]


def _codes(session: Session, campaign_id: UUID | None, by: Actor) -> Rows:
    campaigns = list_campaigns(session, by=by)
    wanted = campaign_id or next((campaign.id for campaign in campaigns), None)
    return list(list_codes(session, campaign_id=wanted, by=by)) if wanted else []


def _listed(session: Session, by: Actor) -> Rows:
    return [
        (found.school_login, str(found.year), found.source)
        for found in list_listings(session, by=by, today=date.max)
    ]


_ROWS: Mapping[str, Callable[[Session, Actor], Rows]] = {
    "schools": _schools,
    "classes": _classes,
    "experts": _experts,
    "conflicts": _conflicts,
    "listed": _listed,
}
