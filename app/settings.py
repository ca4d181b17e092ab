"""Settings of an installation, from the environment (prefix SVERKA_) or a .env file."""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSetting

KEY_BYTES = 32
KEYS = ("secret.key", "checkpoint.key", "factor.key")
BROKERS = ("redis://", "rediss://", "amqp://", "amqps://")


class SpoiltKey(Exception):  # noqa: N818 - the message says what to do
    """A key of the data folder is empty or cut: nothing is signed or opened with it."""


WANTED = {
    "int_parsing": "нужно целое число",
    "bool_parsing": "нужно true или false",
    "enum": "нужно одно из: %(expected)s",
    "greater_than_equal": "нужно не меньше %(ge)s",
    "less_than_equal": "нужно не больше %(le)s",
    "value_error": "%(error)s",
}
"""What pydantic calls a fault -> what the person is told to write."""


class MailTransport(StrEnum):
    """Where letters go."""

    FILE = "file"
    CONSOLE = "console"
    SMTP = "smtp"


class Settings(BaseSettings):
    """What an installation can choose; the defaults run on one machine with nothing else."""

    model_config = SettingsConfigDict(env_prefix="SVERKA_", env_file=".env", extra="ignore")

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise BadSetting("\n".join(_told(one) for one in error.errors())) from error

    data_dir: Path = Path("var")
    database_url: str = ""
    files_url: str = ""
    broker_url: str = ""
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_key: str = ""
    s3_secret: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_threads: int = Field(default=8, ge=1)
    web_processes: int = Field(default=1, ge=1)
    job_processes: int = Field(default=2, ge=0)
    session_hours: int = Field(default=12, ge=1)
    idle_minutes: int = Field(default=60, ge=1)
    timezone: str = "Europe/Moscow"
    max_upload_bytes: int = Field(default=600 * 1024 * 1024, ge=1)
    secure_cookies: bool = False
    proxies: int = Field(default=0, ge=0)
    second_factor: bool = False
    metrics_token: str = ""
    public_url: str = ""
    mail_transport: MailTransport = MailTransport.FILE
    mail_from: str = "sverka@localhost"
    mail_host: str = "localhost"
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_tls: bool = False
    mail_user: str = ""
    mail_password: str = ""
    leaked_passwords: Path | None = None
    # The addresses that a person is known by are those of a month's logins.
    done_days: int = Field(default=90, ge=31, le=3650)
    message_days: int = Field(default=400, ge=30, le=3650)

    @field_validator("timezone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("такого пояса нет; нужно, например, Europe/Moscow") from error

    @field_validator("files_url")
    @classmethod
    def _place_is_known(cls, value: str) -> str:
        if "://" in value and not value.startswith("s3://"):
            raise ValueError("нужно s3://бакет/начало, или папка")
        return value

    @field_validator("broker_url")
    @classmethod
    def _broker_is_known(cls, value: str) -> str:
        if value and not value.startswith(BROKERS):
            raise ValueError("нужно redis://…, rediss://…, amqp://… или amqps://…")
        return value

    @property
    def database(self) -> str:
        """The database's URL: the given one, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'sverka.db').resolve()}"

    @property
    def address(self) -> str:
        """How letters name the installation; empty where nobody has said how it is reached."""
        return self.public_url.rstrip("/")

    @property
    def files_dir(self) -> Path:
        """Where stored files live unless `files_url` names a bucket."""
        return self.data_dir / "files"

    def secret_key(self) -> bytes:
        """The key that signs cookies; made once and kept in the data folder, mode 0600."""
        return self._kept_key("secret.key")

    def checkpoint_key(self) -> bytes:
        """The Ed25519 seed that signs the trail's checkpoints; made once, kept likewise."""
        return self._kept_key("checkpoint.key")

    def factor_key(self) -> bytes:
        """The key that seals second factors in the database; made once, kept likewise."""
        return self._kept_key("factor.key")

    def make_keys(self) -> None:
        """Make the keys that are not there yet, so that other machines can be given the same."""
        for name in KEYS:
            self._kept_key(name)

    def check_keys(self) -> None:
        """Pass when no key of the data folder is spoilt; none is made.

        Raises:
            SpoiltKey: one is empty or cut.
        """
        for name in KEYS:
            if (self.data_dir / name).exists():
                self._kept_key(name)

    def _kept_key(self, name: str) -> bytes:
        path = self.data_dir / name
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            _write_private(path, secrets.token_bytes(KEY_BYTES))
        kept = path.read_bytes()
        if len(kept) < KEY_BYTES:
            raise SpoiltKey(f"{path}: в ключе меньше {KEY_BYTES} байт; верните его из копии")
        return kept


def _told(error: ErrorDetails) -> str:
    """Which setting cannot be, and what it should be; only numbers and choices can be wrong."""
    wanted = WANTED.get(error["type"], "значение не подходит") % error.get("ctx", {})
    name = "_".join(str(part) for part in error["loc"]).upper()
    shown = "" if "url" in name.lower() else f"={error['input']}"  # a password may be in it
    return f"SVERKA_{name}{shown}: {wanted.replace(' or ', ', ')}"


def _write_private(path: Path, content: bytes) -> None:
    """Write under a temporary name first, so that a reader never sees half a key."""
    temporary = path.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
