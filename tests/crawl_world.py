"""Two municipalities for the crawler: one with everything in it, one whose people look in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.models import Base
from app.storage import FileStore
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_person,
    make_school,
)
from tests.recheck_world import SCORED, make_recheck_world, read_case
from tests.scoring_world import CODES

FAR_SECRETS = (*CODES, "Лесной район", "expert1", "expert2", "school1", "Школа № 3", "edu100003")
"""What tells of the municipality that has everything; its neighbours may see none of it."""

OWN = ("muni", "school1", "expert1", "chair", "member", "tech", "resp")
NEIGHBOURS = ("far-muni", "far-school", "far-tech", "far-expert", "far-chair", "far-member")
ABOVE = ("admin", "region")


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlWorld:
    """Every id of the database by the table it is of."""

    ids: dict[str, list[UUID]]


def make_crawl_world(database: Database, store: FileStore, now: datetime) -> CrawlWorld:
    """Scored works and a read case in one municipality; people of every role in both."""
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        base = world.base
        place, school = base.municipality, base.schools[0]
        make_person(session, "tech", Role.TECHNICAL_SPECIALIST, at=now, school=school)
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)
        make_person(session, "member", Role.COMMISSION_MEMBER, at=now, municipality=place)
        make_person(session, "resp", Role.SCHOOL_COORDINATOR, at=now, school=base.schools[1])
        _add_neighbours(session, now)
    read_case(database, world, SCORED)
    return CrawlWorld(ids=_ids(database))


def _add_neighbours(session: object, now: datetime) -> None:
    far = make_municipality(session, name="Дальний край")
    school = make_school(session, far, 77)
    make_class(session, school)
    make_exam(session, far, at=now, subject="Математика")
    for login, role in (
        ("far-muni", Role.MUNICIPAL_COORDINATOR),
        ("far-chair", Role.COMMISSION_CHAIR),
        ("far-member", Role.COMMISSION_MEMBER),
    ):
        make_person(session, login, role, at=now, municipality=far)
    make_person(session, "far-school", Role.SCHOOL_COORDINATOR, at=now, school=school)
    make_person(session, "far-tech", Role.TECHNICAL_SPECIALIST, at=now, school=school)
    expert = make_person(session, "far-expert", Role.EXPERT, at=now, school=school)
    make_expert(session, expert.person_id, school)


def _ids(database: Database) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    with database.reading() as session:
        for mapper in Base.registry.mappers:
            table = mapper.class_
            if "id" in mapper.columns and mapper.columns["id"].type.python_type is UUID:
                rows = session.scalars(select(table.id).order_by(table.id).limit(20)).all()
                found[mapper.local_table.name] = list(rows)
    return found
