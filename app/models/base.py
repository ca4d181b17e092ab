"""What all tables share: names of constraints, random keys, times in UTC, closed lists."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, on databases that keep zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, store UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time needs its zone: {value!r}")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back where the database dropped it."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: UtcDateTime(),
        UUID: Uuid(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


def random_id() -> UUID:
    """A key of 128 random bits: a random UUID of the standard kind has six of them fixed."""
    return UUID(bytes=secrets.token_bytes(16))


Id = Annotated[UUID, mapped_column(primary_key=True, default=random_id)]


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A column type that holds a value of the enumeration, checked by the database.

    Args:
        kind: the enumeration; its values are stored.
        name: the name of the check within its table.
    """
    longest = max(len(member.value) for member in kind)
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=max(longest, 30),
        values_callable=lambda found: [member.value for member in found],
    )


def to(target: str, *, index: bool = True, unique: bool = False) -> MappedColumn[Any]:
    """A foreign key that refuses to orphan: nothing is deleted from under a row."""
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), index=index, unique=unique)
