"""People, their roles and their sessions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access import MUNICIPALITY_ROLES, REGION_ROLES, SCHOOL_ROLES, Role
from app.errors import Refusal
from app.models.base import Base, Id, one_of, to

# Stands in place of a hash while no first password has been handed out: nothing opens it.
NO_PASSWORD = ""
LONGEST_LOGIN = 64


def clean_login(login: str) -> str:
    """The login as it is kept.

    Raises:
        Refusal: it is empty, long, or has signs that a login cannot have.
    """
    login = login.strip().lower()
    if not login or len(login) > LONGEST_LOGIN or not login.isascii() or " " in login:
        raise Refusal(
            "Логин «%(login)s»: нужны латинские буквы и цифры без пробелов, не больше 64 знаков.",
            login=login,
        )
    return login


def _among(roles: frozenset[Role]) -> str:
    return "role IN (" + ", ".join(f"'{role.value}'" for role in sorted(roles)) + ")"


class Theme(StrEnum):
    """Light or dark pages, or whichever the person's own machine prefers."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class Person(Base):
    """Somebody who can log in: never a pupil.

    `factor_secret` is the second factor's, sealed with a key of the data folder; `factor_step` is
    the last time step that was used, so that a code opens once. `keys` are places of keys by what
    they do on the scoring screen, where he chose others than the standard.
    """

    __tablename__ = "person"
    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(LONGEST_LOGIN), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(String(5), default="ru")
    theme: Mapped[Theme] = mapped_column(one_of(Theme, "theme_known"), default=Theme.SYSTEM)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    factor_secret: Mapped[str | None] = mapped_column(String(200))
    factor_step: Mapped[int | None]
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    single_keys: Mapped[bool] = mapped_column(default=True)
    grants: Mapped[list[RoleGrant]] = relationship(
        back_populates="person", foreign_keys="RoleGrant.person_id", order_by="RoleGrant.granted_at"
    )
    __table_args__ = (
        CheckConstraint("login = lower(login)", name="login_lower"),
        CheckConstraint("locale IN ('ru', 'en')", name="locale_known"),
    )


def _standing_once(level: str, place: str, *columns: str) -> Index:
    standing = text(f"revoked_at IS NULL AND {place}")
    return Index(
        f"uq_role_grant_standing_{level}",
        "person_id",
        "role",
        *columns,
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


class RoleGrant(Base):
    """One role of one person in one place, from when to when."""

    __tablename__ = "role_grant"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id")
    role: Mapped[Role] = mapped_column(one_of(Role, "role_known"))
    municipality_id: Mapped[UUID | None] = to("municipality.id")
    school_id: Mapped[UUID | None] = to("school.id")
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[UUID | None] = to("person.id")
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    __table_args__ = (
        CheckConstraint(
            f"({_among(REGION_ROLES)} AND municipality_id IS NULL AND school_id IS NULL)"
            f" OR ({_among(MUNICIPALITY_ROLES)}"
            " AND municipality_id IS NOT NULL AND school_id IS NULL)"
            f" OR ({_among(SCHOOL_ROLES)} AND municipality_id IS NULL AND school_id IS NOT NULL)",
            name="place_fits_role",
        ),
        # A role taken away is gone: it does not stand a second time.
        _standing_once("region", "municipality_id IS NULL AND school_id IS NULL"),
        _standing_once("municipality", "municipality_id IS NOT NULL", "municipality_id"),
        _standing_once("school", "school_id IS NOT NULL", "school_id"),
    )


class LoginSession(Base):
    """One sitting of one person in one browser; revoked, it opens nothing."""

    __tablename__ = "login_session"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(String(100), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")
    factor_given_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A wrong password or code, kept for a day: whose account, and from which address.

    Without a person the login was unknown, or the account was shut to that address already.
    """

    __tablename__ = "login_failure"
    id: Mapped[Id]
    person_id: Mapped[UUID | None] = to("person.id", index=False)
    address: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        Index("ix_login_failure_person_id_at", "person_id", "at"),
        Index("ix_login_failure_address_at", "address", "at"),
    )


class RecoveryCode(Base):
    """Opens the second door once when the telephone is lost; only its hash is kept."""

    __tablename__ = "recovery_code"
    id: Mapped[Id]
    person_id: Mapped[UUID] = to("person.id")
    sha256_of_code: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]
