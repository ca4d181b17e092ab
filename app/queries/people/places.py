"""Where roles can be bound, and every municipality."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models import (
    Municipality,
    School,
    Territory,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceChoice:
    """A place to which a role can be bound; both ids empty mean the whole installation."""

    name: str
    municipality_id: UUID | None = None
    school_id: UUID | None = None
    territory: Territory | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MunicipalityView:
    """A municipality with the number of its schools."""

    id: UUID
    name: str
    territory: Territory
    timezone: str
    schools: int


def list_places(session: Session, *, by: Actor) -> tuple[PlaceChoice, ...]:
    """Where the actor may bind roles: the installation, municipalities, schools."""
    return (
        *_installation_places(session, by=by),
        *_municipal_places(session, by=by),
        *_school_places(session, by=by),
    )


def _installation_places(session: Session, *, by: Actor) -> tuple[PlaceChoice, ...]:
    if not by.holds(Permission.MANAGE_INSTALLATION):
        return ()
    municipalities = session.scalars(select(Municipality).order_by(Municipality.name))
    return (
        PlaceChoice(name=""),
        *(
            PlaceChoice(name=found.name, municipality_id=found.id, territory=found.territory)
            for found in municipalities
        ),
    )


def _municipal_places(session: Session, *, by: Actor) -> tuple[PlaceChoice, ...]:
    if by.holds(Permission.MANAGE_INSTALLATION):
        return ()
    mine = by.municipality_ids(Permission.MANAGE_MUNICIPALITY)
    query = select(Municipality).where(Municipality.id.in_(mine)).order_by(Municipality.name)
    return tuple(
        PlaceChoice(name=found.name, municipality_id=found.id, territory=found.territory)
        for found in session.scalars(query)
    )


def _school_places(session: Session, *, by: Actor) -> tuple[PlaceChoice, ...]:
    query = (
        select(School)
        .where(
            or_(
                School.municipality_id.in_(by.municipality_ids(Permission.MANAGE_SCHOOL)),
                School.id.in_(by.school_ids(Permission.MANAGE_SCHOOL)),
            )
        )
        .order_by(School.name, School.login)
    )
    return tuple(PlaceChoice(name=s.name, school_id=s.id) for s in session.scalars(query))


def list_municipality_views(session: Session, *, by: Actor) -> tuple[MunicipalityView, ...]:
    """Every municipality of the installation, by name.

    Raises:
        NotYours: the actor does not manage the installation.
    """
    by.require(Permission.MANAGE_INSTALLATION)
    query = (
        select(Municipality, func.count(School.id))
        .outerjoin(School, School.municipality_id == Municipality.id)
        .group_by(Municipality.id)
        .order_by(Municipality.name)
    )
    return tuple(
        MunicipalityView(
            id=found.id,
            name=found.name,
            territory=found.territory,
            timezone=found.timezone,
            schools=schools,
        )
        for found, schools in session.execute(query)
    )
