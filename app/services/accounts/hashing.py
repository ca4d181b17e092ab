"""How passwords are kept: argon2id, checked in the same time whether they fit or not."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.models import NO_PASSWORD, Person

_hasher = PasswordHasher()
# First passwords are drawn, 59 bits each: nobody tries them all whatever a try costs. Hundreds are
# made in one transaction, which must not hold the database for a minute.
_hasher_of_drawn = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
# Checked when nothing can match, so that the answer takes as long as for a known login.
_NOBODYS_HASH = _hasher.hash(secrets.token_hex(8))


def hash_password(password: str) -> str:
    """The password as it is kept: argon2id with the library's own parameters."""
    return _hasher.hash(password)


def hash_drawn(password: str) -> str:
    """The same for a password that was drawn at random and will be changed."""
    return _hasher_of_drawn.hash(password)


def matches(person: Person | None, password: str) -> bool:
    """Whether the password is the person's; takes as long when there is none to compare."""
    known = person is not None and person.password_hash != NO_PASSWORD
    kept = person.password_hash if person is not None and known else _NOBODYS_HASH
    fits = _fits(kept, password)
    if _hasher.check_needs_rehash(kept):
        _fits(_NOBODYS_HASH, password)
    return fits and known


def _fits(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except VerifyMismatchError:
        return False
