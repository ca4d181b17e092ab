"""Sending letters: into a folder, to the console, or over SMTP, as the settings say."""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from app.settings import MailTransport, Settings

TIMEOUT_SECONDS = 30


class MailRefused(Exception):  # noqa: N818 - an answer of the world outside
    """The letter could not be handed over now; another attempt may do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One letter of plain text.

    Attributes:
        to: the address.
        subject: its subject.
        text: its text.
        key: what makes it one letter: a second sending carries the same Message-ID.
        at: its date.
    """

    to: str
    subject: str
    text: str
    key: str
    at: datetime


def send(letter: Letter, *, settings: Settings) -> None:
    """Hand the letter over.

    Raises:
        MailRefused: the server did not take it, or could not be reached.
    """
    message = _message(letter, sender=settings.mail_from)
    _WAYS[settings.mail_transport](message, letter, settings)


def mail_folder(settings: Settings) -> Path:
    """Where letters lie when they are kept as files."""
    return settings.data_dir / "mail"


def _message(letter: Letter, *, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.key}@sverka>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _to_file(message: EmailMessage, letter: Letter, settings: Settings) -> None:
    folder = mail_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{letter.at:%Y%m%dT%H%M%S}-{letter.key}.eml").write_bytes(bytes(message))


def _to_console(message: EmailMessage, letter: Letter, _settings: Settings) -> None:
    sys.stdout.write(f"{message['To']}: {message['Subject']}\n{letter.text}\n")
    sys.stdout.flush()


def _to_server(message: EmailMessage, _letter: Letter, settings: Settings) -> None:
    try:
        server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=TIMEOUT_SECONDS)
        if settings.mail_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(str(error)) from error
    # The letter is taken: a rude farewell must not send it once more.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


_WAYS: dict[MailTransport, Callable[[EmailMessage, Letter, Settings], None]] = {
    MailTransport.FILE: _to_file,
    MailTransport.CONSOLE: _to_console,
    MailTransport.SMTP: _to_server,
}
