"""The second factor: a code that the person's telephone makes anew every half minute.

Time-based one-time passwords (RFC 6238). A code opens once. Wrong codes count with wrong
passwords, so that nobody can try them all.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import Refusal
from app.models import LoginSession, Person, RecoveryCode
from app.services.accounts.hashing import matches
from app.services.accounts.logins import count_failure, forget_failures, is_shut
from app.services.accounts.passwords import PASSWORD_ALPHABET
from app.services.accounts.places import person_below
from app.services.accounts.sessions import revoke_sessions
from app.services.accounts.trail import tell

RECOVERY_CODES = 8
_STEP_SECONDS = 30
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class FactorBox:
    """Seals secrets, so that a copy of the database alone opens nothing."""

    key: bytes

    def seal(self, secret: str, *, person_id: UUID) -> str:
        """The secret as the database keeps it; it opens for this person alone."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.key).encrypt(nonce, secret.encode(), person_id.bytes)
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, person_id: UUID) -> str:
        """The secret again.

        Raises:
            Refusal: the data folder's key is another one.
        """
        raw = base64.b64decode(sealed)
        try:
            opened = AESGCM(self.key).decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], person_id.bytes
            )
        except InvalidTag as error:
            raise Refusal(
                "Второй фактор запечатан другим ключом: попросите снять его и включите заново."
            ) from error
        return opened.decode()


def set_factor(
    session: Session,
    *,
    secret: str,
    code: str,
    password: str,
    session_id: UUID,
    box: FactorBox,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Ask for a code at every login from now on; the recovery codes, shown once.

    Raises:
        Refusal: the password is wrong, or the code is not the secret's: the telephone was not set
            up, or its clock is off.
    """
    person = session.get_one(Person, by.person_id, with_for_update=True)
    _check_password(person, password)
    step = _step_of(secret, code, at=at)
    if step is None:
        raise Refusal("Код не подошёл: проверьте, что часы телефона идут верно, и введите новый.")
    person.factor_secret, person.factor_step = box.seal(secret, person_id=person.id), step
    session.get_one(LoginSession, session_id).factor_given_at = at
    revoke_sessions(session, person_id=person.id, at=at, but=session_id)
    tell(session, "account.factor_set", person.id, by=by, at=at)
    return _new_recovery_codes(session, person)


def give_factor(
    session: Session, *, code: str, session_id: UUID, box: FactorBox, by: Actor, at: datetime
) -> bool:
    """Open the rest of the system to this session; False for a wrong or used code.

    The refusal is a value, because the count of failures must be committed. The last failure
    shuts the account and ends this session.
    """
    person = session.get_one(Person, by.person_id, with_for_update=True)
    if not _fits(session, person, code, box=box, by=by, at=at):
        count_failure(session, person, origin=by.origin, at=at)
        if is_shut(session, person, origin=by.origin, at=at):
            revoke_sessions(session, person_id=person.id, at=at)
        return False
    forget_failures(session, person, origin=by.origin)
    session.get_one(LoginSession, session_id).factor_given_at = at
    return True


def drop_factor(
    session: Session, *, password: str, session_id: UUID, by: Actor, at: datetime
) -> None:
    """Take one's own second factor off; one's other sessions end.

    Raises:
        Refusal: the password is wrong.
    """
    person = session.get_one(Person, by.person_id)
    _check_password(person, password)
    _drop(session, person)
    revoke_sessions(session, person_id=person.id, at=at, but=session_id)
    tell(session, "account.factor_dropped", person.id, by=by, at=at)


def reset_factor(session: Session, *, person_id: UUID, by: Actor, at: datetime) -> None:
    """Take the second factor off a person of one's level below, who lost telephone and codes.

    Raises:
        NotYours: some role of his is not for `by` to give.
    """
    person = person_below(session, person_id, by=by)
    _drop(session, person)
    revoke_sessions(session, person_id=person.id, at=at)
    tell(session, "account.factor_dropped", person.id, by=by, at=at)


def _check_password(person: Person, password: str) -> None:
    if not matches(person, password):
        raise Refusal("Пароль введён неверно.")


def _drop(session: Session, person: Person) -> None:
    person.factor_secret = person.factor_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def _fits(
    session: Session, person: Person, code: str, *, box: FactorBox, by: Actor, at: datetime
) -> bool:
    if person.factor_secret is None:
        return False
    step = _step_of(box.open(person.factor_secret, person_id=person.id), code, at=at)
    if step is not None and (person.factor_step is None or step > person.factor_step):
        person.factor_step = step
        return True
    return _use_recovery_code(session, person, code, by=by, at=at)


def _step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is: now, one before, or one after."""
    now = int(at.timestamp()) // _STEP_SECONDS
    maker = pyotp.TOTP(secret)
    typed = "".join(code.split())
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(maker.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _new_recovery_codes(session: Session, person: Person) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(person_id=person.id, sha256_of_code=_hash(code)) for code in codes)
    return codes


def _new_code() -> str:
    """Six groups of four signs: 118 bits, too many to try, so that a plain hash is enough."""
    signs = [secrets.choice(PASSWORD_ALPHABET) for _ in range(24)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, 24, 4))


def _hash(code: str) -> str:
    return hashlib.sha256("".join(code.split()).lower().encode()).hexdigest()


def _use_recovery_code(
    session: Session, person: Person, code: str, *, by: Actor, at: datetime
) -> bool:
    found = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.sha256_of_code == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if found is None:
        return False
    found.used_at = at
    tell(session, "account.recovery_code_used", person.id, by=by, at=at)
    return True
